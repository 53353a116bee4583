// Chooses the node on which a requested actor wakes, and wakes it there.

import type { WakeAnswer, WakeRequest } from "#schema/wire/call.ts";
import { type ActorKindName, subjects } from "#schema/wire/subjects.ts";
import type { Clock } from "../base/clock.ts";
import { type Bus, BusError } from "../bus/bus.ts";
import type { ActorId, ActorRow, Store } from "../store/store.ts";
import type { PreviousOwner } from "./activation-reason.ts";
import type { Host } from "./host.ts";
import type { DeadNode, Judge } from "./judge.ts";
import type { LivingNodes } from "./living-nodes.ts";
import { ranked } from "./rendezvous.ts";
import { CannotOpen } from "./unopenable.ts";

interface WakingOptions {
  incarnation: string;
  bus: Bus;
  clock: Clock;
  store: Store;
  host: Host;
  livingNodes: LivingNodes;
  judge: Judge;
  /** This node takes no new actor while another node has room. */
  isFull(): boolean;
  /** This node takes no new actor at all. */
  isDraining(): boolean;
}

export const ACTIVATE_MS = 3_000;
export const BUSY_RETRY_MS = 300;
/** The node of rank r waits r times this long before it claims an actor, so that later ranks act only when earlier ones fail. */
export const RANK_MS = 300;
/** How soon a request that waits for a verdict notices that the actor runs here. */
const LOOK_EVERY_MS = 50;
/** So many nodes act on a request to all, one after the other: as many but one may be silent. */
const RANKS_MAX = 3;
const BUSY = { ok: false, code: "busy", retryAfterMs: BUSY_RETRY_MS } as const;

const requestOf = ({ incarnation: deadNode, seenAt }: DeadNode) => ({
  deadNode,
  ...(seenAt !== null && { deadSeenAt: seenAt }),
});

/** Every method throws StoreAway and BusError. */
export class Waking {
  constructor(private readonly options: WakingOptions) {}

  /** Handles a request to wake an actor for which no node answers. */
  async wake(request: WakeRequest): Promise<WakeAnswer> {
    const { store, incarnation } = this.options;
    const { kind, key } = request;
    const row = await store.actors.look({ kind, key });
    if (row?.node === incarnation) return this.open(kind, key, row, null);
    if (!row?.node) return this.#place(request, row, null);
    let dead = this.options.livingNodes.found(row.node);
    if (!dead) {
      const elsewhere = await this.activateAt(row.node, request);
      if (elsewhere) return elsewhere;
      dead = await this.options.judge.judge(row.node);
    }
    return dead ? this.#place(request, row, dead) : (this.#takenHere(row) ?? BUSY);
  }

  /** Handles a request that reaches every node. Unlike `wake` it does not depend on the owner nor on another node, since those are what may be
   *  silent: each waits for its rank, and for a better-ranked node `RANK_MS` at most. Null: this node need not act. */
  async wakeAmongAll({ kind, key }: WakeRequest): Promise<WakeAnswer | null> {
    const { incarnation, store, clock, livingNodes } = this.options;
    const rankWithout = (silent: string | null) =>
      ranked(key, livingNodes.candidates)
        .filter(({ id }) => id !== silent)
        .findIndex(({ id }) => id === incarnation);
    // The silent owner is one of the candidates for as long as it is not dead.
    if (rankWithout(null) > RANKS_MAX) return null;
    let row = await store.actors.look({ kind, key });
    const rank = rankWithout(row?.node ?? null);
    if (rank >= RANKS_MAX) return null;
    if (rank > 0) {
      const before = row;
      await clock.sleep(rank * RANK_MS);
      row = await store.actors.look({ kind, key });
      const { node = null, epoch = 0 } = row ?? {};
      if (node && node !== incarnation && before && epoch > before.epoch) return { ok: true, node, epoch }; // A better rank has taken it.
    }
    if (!row?.node || row.node === incarnation) return this.open(kind, key, row, null);
    const dead = livingNodes.found(row.node) ?? (await this.#judgedUnlessAwake(row.node, row));
    if (!dead || dead === "awake here") return this.#takenHere(row) ?? BUSY;
    return (await this.offer({ kind, key }, dead)) ?? this.open(kind, key, row, dead);
  }

  /** A verdict on an owner takes a while; another node that has one may have offered the actor meanwhile. */
  async #judgedUnlessAwake(owner: string, row: ActorRow): Promise<DeadNode | "awake here" | null> {
    const judging = this.options.judge.judge(owner).then((dead) => ({ dead }));
    judging.catch(() => {}); // Awaited below, or not needed any more.
    for (;;) {
      const judged = await Promise.race([judging, this.options.clock.sleep(LOOK_EVERY_MS)]);
      if (this.#takenHere(row)) return "awake here";
      if (judged) return judged.dead;
    }
  }

  /** The actor has come to this node since its row was read. */
  #takenHere({ kind, key, epoch: before }: ActorRow): WakeAnswer | null {
    const { host, incarnation } = this.options;
    const epoch = host.epochOf(kind, key);
    return epoch !== undefined && epoch > before ? { ok: true, node: incarnation, epoch } : null;
  }

  /** Asks the best-ranked node to take an actor whose owner this node has found dead: that node may not know yet, and it alone may have what
   *  a successor keeps ready. Null: it is this node, or has not taken the actor within `RANK_MS`. */
  async offer({ kind, key }: ActorId, dead: DeadNode): Promise<WakeAnswer | null> {
    const [best] = ranked(key, this.options.livingNodes.candidates);
    if (!best || best.id === this.options.incarnation) return null;
    const request = { kind: kind as ActorKindName, key, remainingMs: RANK_MS, ...requestOf(dead) };
    const answer = await this.activateAt(best.id, request);
    return answer && (answer.ok || answer.code === "moved") ? answer : null;
  }

  /** No living node owns the actor: the best-ranked node with room takes it; when no node has room, this one does. */
  async #place(request: WakeRequest, row: ActorRow | null, dead: DeadNode | null): Promise<WakeAnswer> {
    const { kind, key } = request;
    const order = ranked(key, this.options.livingNodes.candidates);
    for (const { id } of order) {
      if (id === this.options.incarnation) {
        if (this.options.isFull()) continue;
        const answer = await this.open(kind, key, row, dead);
        if (answer.ok || answer.code === "moved") return answer;
        continue; // It cannot be opened here.
      }
      const answer = await this.activateAt(id, { ...request, ...(dead && requestOf(dead)) });
      if (answer && (answer.ok || answer.code === "moved")) return answer;
    }
    return this.open(kind, key, row, dead);
  }

  /** Null: the node does not answer. */
  async activateAt(node: string, request: WakeRequest): Promise<WakeAnswer | null> {
    try {
      const timeoutMs = Math.min(ACTIVATE_MS, request.remainingMs);
      return (await this.options.bus.request(subjects.activate(node), request, { timeoutMs })) as WakeAnswer;
    } catch (error) {
      if (error instanceof BusError) return null;
      throw error;
    }
  }

  /** Handles a request that was sent to this node: a row names it, or it was chosen to take the actor. */
  async activate({ kind, key, handedOver = false, overfill = false, ...found }: WakeRequest): Promise<WakeAnswer> {
    const { store, incarnation, isDraining, isFull } = this.options;
    const row = await store.actors.look({ kind, key });
    if (row?.node === incarnation) return this.open(kind, key, row, null);
    if (row?.node && row.node !== found.deadNode) return { ok: false, code: "moved", retryAfterMs: 0 };
    if (isDraining() || (isFull() && !overfill)) return { ...BUSY, detail: "overloaded" };
    const dead = row?.node ? { incarnation: row.node, seenAt: found.deadSeenAt ?? null } : null;
    return this.open(kind, key, row, dead, handedOver);
  }

  /** Claims the actor for this node. */
  async open(
    kind: string,
    key: string,
    row: ActorRow | null,
    dead: DeadNode | null,
    handedOver = false,
  ): Promise<WakeAnswer> {
    const { host, incarnation } = this.options;
    const previous: PreviousOwner = { believedEpoch: row?.epoch ?? 0, dead, handedOver };
    const opened = await host.open(kind, key, previous).catch((error: unknown) => {
      if (error instanceof CannotOpen) return error;
      throw error;
    });
    if (opened instanceof CannotOpen) return { ok: false, code: "unavailable", retryAfterMs: opened.retryAfterMs };
    if (!opened) return { ok: false, code: "moved", retryAfterMs: 0 };
    return { ok: true, node: incarnation, epoch: opened.epoch };
  }
}
