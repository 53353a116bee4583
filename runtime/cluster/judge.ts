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
/** How long a judge waits after its own link or event loop came back, because its view of other nodes is stale. */
const SETTLE_MS = 2_000;
/** A longer gap between two renewals counts as a break. One is sent each second and answered within two. */
const RENEWAL_GAP_MS = 5_000;

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
  /** First and last of this node's own renewals without a break; null while they fail. */
  #renewed: { sinceMs: number; lastMs: number } | null = null;
  readonly #judging = new Map<string, Promise<DeadNode | null>>();

  constructor(private readonly options: JudgeOptions) {}

  renewed(ok: boolean) {
    const nowMs = this.options.clock.monoMs();
    this.#renewed = ok ? { sinceMs: this.#unbrokenSinceMs ?? nowMs, lastMs: nowMs } : null;
  }

  get #unbrokenSinceMs(): number | null {
    if (!this.#renewed || this.options.clock.monoMs() - this.#renewed.lastMs > RENEWAL_GAP_MS) return null;
    return this.#renewed.sinceMs;
  }

  /** Whether this node may judge other nodes now. */
  get settled() {
    const { bus, clock, eventLoop } = this.options;
    const linkSettled = bus.link.up && (bus.link.generation === 1 || clock.monoMs() - bus.link.sinceMs >= SETTLE_MS);
    return linkSettled && eventLoop.runsForMs >= SETTLE_MS;
  }

  /** Whether this node may judge by the age of `seen_at`. */
  get trustsAge() {
    const sinceMs = this.#unbrokenSinceMs;
    return sinceMs !== null && this.options.clock.monoMs() - sinceMs >= SILENT_MS;
  }

  /** Null: it may live. Takes VERDICT_MS_MIN for a node whose connection has ended; concurrent calls share one verdict. Throws StoreAway. */
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
    const firstMs = clock.monoMs();
    for (let i = 0; i < PINGS; i++) {
      // By the clock, not after the answer: on a busy machine five answers take a while, and somebody waits.
      if (i > 0) await clock.sleep(Math.max(0, firstMs + i * PING_EVERY_MS - clock.monoMs()));
      if (!(await this.hasNoResponders(incarnation))) return null;
      if (i === 0) store.prepare();
    }
    // A heartbeat that has landed since the first ping makes the claim fail.
    return bus.link.generation === generation && this.settled ? { incarnation, seenAt } : null;
  }

  async hasNoResponders(incarnation: string): Promise<boolean> {
    try {
      await this.options.bus.request(subjects.ping(incarnation), null, { timeoutMs: PING_TIMEOUT_MS });
      return false;
    } catch (error) {
      return error instanceof BusError && error.fault === "no_responders";
    }
  }
}
