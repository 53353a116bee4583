// Decides whether a node is dead (design §3, Liveness). A wrong verdict costs a restart of FFmpeg; a judge that mistakes its own fault for that of others would restart all of them.

import { NODE_SILENT_MS } from "#schema/tables/cluster.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { Clock } from "../base/clock.ts";
import { type Bus, BusError } from "../bus/bus.ts";
import type { Store } from "../store/store.ts";
import type { EventLoop } from "./event-loop.ts";

export const SILENT_MS = NODE_SILENT_MS;
/** A client of NATS that only lost its connection is back after 50 to 160 ms (nats-connect.ts), so the last ping finds it. */
const PINGS = 4;
const PING_EVERY_MS = 100;
/** Shortest time from the first to the last ping of a verdict. Packagers list numbers on the strength of it. */
export const VERDICT_MS_MIN = (PINGS - 1) * PING_EVERY_MS;
const PING_TIMEOUT_MS = 250;
/** Age of the last heartbeat from which a node that answers no ping either is dead. Two heartbeats are sent each second, so a pause of a second,
 *  of a collection or a noisy neighbour, takes nothing over. */
export const MUTE_MS = 1_500;
/** Unanswered pings, one after the other, of such a verdict. */
const MUTE_PINGS = 2;
/** How long a judge waits after its own link or event loop came back, because its view of other nodes is stale. */
const SETTLE_MS = 2_000;
/** A longer gap between two renewals is a break for who judges by age alone. Two are sent each second and answered within two. */
const RENEWAL_GAP_MS = 5_000;
/** The same for who judges by silence. */
const STEADY_GAP_MS = 1_000;

/** What the last round of pings found, this node not included. */
interface Round {
  nodes: number;
  unanswered: number;
}

type Heard = "answer" | "nobody" | "silence" | "nothing known";

interface JudgeOptions {
  bus: Bus;
  clock: Clock;
  store: Pick<Store, "nodes" | "prepare">;
  eventLoop: EventLoop;
}

/** A node that was found dead. A claim from it names its `seenAt`, so that it fails if the node has come back since. */
export interface DeadNode {
  incarnation: string;
  /** Null: it has left or is unknown, and cannot come back. */
  seenAt: string | null;
}

export class Judge {
  /** This node's own renewals. */
  readonly #unbroken: Streak;
  readonly #steady: Streak;
  #round: Round = { nodes: 0, unanswered: 0 };
  readonly #judging = new Map<string, Promise<DeadNode | null>>();

  constructor(private readonly options: JudgeOptions) {
    this.#unbroken = new Streak(options.clock, RENEWAL_GAP_MS);
    this.#steady = new Streak(options.clock, STEADY_GAP_MS);
  }

  renewed(ok: boolean) {
    for (const streak of [this.#unbroken, this.#steady]) streak.happened(ok);
  }

  pinged(round: Round) {
    this.#round = round;
  }

  /** Whether this node may judge other nodes now. */
  get settled() {
    const { bus, clock, eventLoop } = this.options;
    const linkSettled = bus.link.up && (bus.link.generation === 1 || clock.monoMs() - bus.link.sinceMs >= SETTLE_MS);
    return linkSettled && eventLoop.runsForMs >= SETTLE_MS;
  }

  /** Whether this node may judge by the age of `seen_at`. */
  get trustsAge() {
    return this.#unbroken.forMs >= SILENT_MS;
  }

  /** Whether this node may judge a node by its silence. When several are silent at once, and most of them, it doubts itself first. */
  get #trustsSilence() {
    const { nodes, unanswered } = this.#round;
    return this.#steady.forMs >= MUTE_MS && (unanswered < 2 || unanswered * 2 <= nodes);
  }

  /** Null: it may live. Takes VERDICT_MS_MIN for a node whose connection has ended, 0.5 s for one that is silent; concurrent calls share one verdict. Throws StoreAway. */
  judge(incarnation: string): Promise<DeadNode | null> {
    const pending = this.#judging.get(incarnation);
    if (pending) return pending;
    const judging = this.#judge(incarnation).finally(() => this.#judging.delete(incarnation));
    this.#judging.set(incarnation, judging);
    return judging;
  }

  async #judge(incarnation: string): Promise<DeadNode | null> {
    const { store, bus, clock } = this.options;
    const { nodes } = store;
    const first = await nodes.look(incarnation);
    if (!first || first.left) return { incarnation, seenAt: null };
    const { seenAt } = first;
    if (first.silentMs > SILENT_MS && this.trustsAge) return { incarnation, seenAt };
    if (!this.settled) return null;
    const { generation } = bus.link;
    const isMute = first.silentMs > MUTE_MS;
    const firstMs = clock.monoMs();
    let silences = 0;
    for (let i = 0; i < PINGS && silences < MUTE_PINGS; i++) {
      // By the clock, not after the answer: on a busy machine four answers take a while, and somebody waits.
      if (i > 0) await clock.sleep(Math.max(0, firstMs + i * PING_EVERY_MS - clock.monoMs()));
      const heard = await this.ping(incarnation);
      if (heard === "silence" && isMute) silences++;
      else if (heard !== "nobody") return null;
      if (i === 0) store.prepare();
    }
    if (silences > 0 && !this.#trustsSilence) return null;
    // A heartbeat that has landed since the first look makes the claim fail.
    return bus.link.generation === generation && this.settled ? { incarnation, seenAt } : null;
  }

  /** Its process has ended, as its machine says (peers.ts). Null: it lives all the same, or this node may not judge now. Throws StoreAway. */
  async ended(incarnation: string): Promise<DeadNode | null> {
    const node = await this.options.store.nodes.look(incarnation);
    if (!node || node.left) return { incarnation, seenAt: null };
    if (!this.settled || (await this.ping(incarnation)) === "answer") return null;
    return { incarnation, seenAt: node.seenAt };
  }

  /** `nobody`: the bus knows no such node, since its connection has ended. `silence`: it has one, and does not answer. */
  async ping(incarnation: string): Promise<Heard> {
    try {
      await this.options.bus.request(subjects.ping(incarnation), null, { timeoutMs: PING_TIMEOUT_MS });
      return "answer";
    } catch (error) {
      if (error instanceof BusError && error.fault === "no_responders") return "nobody";
      return error instanceof BusError && error.fault === "timeout" ? "silence" : "nothing known";
    }
  }
}

/** For how long something has happened again and again. */
class Streak {
  #ran: { sinceMs: number; lastMs: number } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly gapMaxMs: number,
  ) {}

  happened(ok: boolean) {
    const nowMs = this.clock.monoMs();
    this.#ran = ok ? { sinceMs: this.#sinceMs ?? nowMs, lastMs: nowMs } : null;
  }

  /** 0 after a break. */
  get forMs(): number {
    return this.clock.monoMs() - (this.#sinceMs ?? this.clock.monoMs());
  }

  get #sinceMs(): number | null {
    return this.#ran && this.clock.monoMs() - this.#ran.lastMs <= this.gapMaxMs ? this.#ran.sinceMs : null;
  }
}
