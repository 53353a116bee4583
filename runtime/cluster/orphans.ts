// Wakes actors that must be awake and are not: those of dead nodes, by rank, and those that this node owns by the store but does not run.

import type { Clock } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import type { Bus } from "../bus/bus.ts";
import type { ActorRow, DueRow, Store } from "../store/store.ts";
import type { Host } from "./host.ts";
import { type DeadNode, type Judge, SILENT_MS } from "./judge.ts";
import type { LivingNodes } from "./living-nodes.ts";
import { ranked } from "./rendezvous.ts";
import { RANK_MS, type Waking } from "./waking.ts";

interface OrphansOptions {
  incarnation: string;
  bus: Bus;
  clock: Clock;
  store: Store;
  host: Host;
  log: Log;
  livingNodes: LivingNodes;
  judge: Judge;
  waking: Waking;
}

/** `dead`: its owner, as found dead when the row was read; null: nobody owns it, or this node. */
type Orphan = DueRow & { dead: DeadNode | null };

/** Rows of nodes silent for this long are deleted. */
export const FORGET_AFTER_MS = 3_600_000;
const ORPHANS_MAX = 200;
/** Concurrent claims and offers of orphans. */
const PARALLEL = 16;

async function inParallel<Row>(rows: readonly Row[], work: (row: Row) => Promise<unknown>) {
  for (let i = 0; i < rows.length; i += PARALLEL) await Promise.all(rows.slice(i, i + PARALLEL).map(work));
}

export class Orphans {
  /** Orphans that wait for this node's rank; the value cancels the wait. */
  readonly #waiting = new Map<string, () => void>();
  /** Other nodes are asked to take orphans. */
  #offering = false;

  constructor(private readonly options: OrphansOptions) {}

  /** `strays`: rows that name this node, of actors that did not run here at the last confirmation. Never rejects. */
  async adopt(strays: readonly ActorRow[]) {
    const { store, incarnation, host, bus } = this.options;
    if (!bus.link.up || !host.anyDue) return;
    // Until this node's own renewals are trusted, the age of another node's `seen_at` proves nothing.
    const silentMs = this.options.judge.trustsAge ? SILENT_MS : FORGET_AFTER_MS;
    // Taken before the query: a node that answers meanwhile must not be claimed from with what the query says of it.
    const verdicts = this.options.livingNodes.verdicts;
    const found = await store.actors
      .due({ node: incarnation, deadNodes: [...verdicts.keys()], silentMs, limit: ORPHANS_MAX })
      .catch(() => []);
    const due = found
      .filter((row) => !host.cannotOpen(row))
      .map((row): Orphan => ({ ...row, dead: this.#deadOwnerOf(row, verdicts) }));
    // Only this node may adopt rows that name it.
    const named = new Set(strays.map((row) => `${row.kind}/${row.key}`));
    const mine = due.filter((row) => row.node === incarnation && named.has(`${row.kind}/${row.key}`));
    const [first, later] = [mine, [] as { row: Orphan; rank: number }[]];
    for (const row of due) {
      if (row.node === incarnation) continue;
      const rank = ranked(row.key, this.options.livingNodes.candidates).findIndex(({ id }) => id === incarnation);
      if (rank === 0) first.push(row);
      else later.push({ row, rank });
    }
    for (const { row, rank } of later) this.#adoptLater(row, rank * RANK_MS);
    const orphans = first.filter(
      ({ kind, key }) => host.epochOf(kind, key) === undefined && !host.isOpening(kind, key),
    );
    await inParallel(orphans, (row) => this.#adoptNow(row));
    void this.#offer(later.map(({ row }) => row));
  }

  async #adoptNow(row: Orphan) {
    const { log } = this.options;
    await this.options.waking
      .open(row.kind, row.key, row, row.dead)
      .catch((error) => log.warn({ actor: `${row.kind}/${row.key}`, reason: reason(error) }, "orphan not adopted"));
  }

  /** The nodes of the best rank take theirs at once, although they may not have found the owner dead yet. Nothing waits for them, since this
   *  node acts by its own rank anyway. */
  async #offer(rows: readonly Orphan[]) {
    if (this.#offering) return;
    this.#offering = true;
    await inParallel(rows, async (row) => {
      if (row.dead) await this.options.waking.offer(row, row.dead).catch(() => null);
    });
    this.#offering = false;
  }

  /** The verdict with which the row was found: by pings, else by the age of `seen_at`. */
  #deadOwnerOf({ node, nodeSeenAt }: DueRow, verdicts: ReadonlyMap<string, DeadNode>): DeadNode | null {
    if (!node || node === this.options.incarnation) return null;
    return verdicts.get(node) ?? { incarnation: node, seenAt: nodeSeenAt };
  }

  /** Adopts the orphan after `afterMs`, unless a node of better rank has claimed it by then. */
  #adoptLater(row: Orphan, afterMs: number) {
    const { clock, store } = this.options;
    const at = `${row.kind}/${row.key}`;
    if (this.#waiting.has(at)) return;
    const cancel = clock.timer(afterMs, async () => {
      this.#waiting.delete(at);
      const now = await store.actors.look(row).catch(() => null);
      if (now?.epoch === row.epoch && now.node === row.node) await this.#adoptNow(row);
    });
    this.#waiting.set(at, cancel);
  }

  /** Cancels every wait. */
  stop() {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
