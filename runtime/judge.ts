// Is a node dead? (design §3, Liveness.) Taking over too eagerly costs a restart of FFmpeg; judging by an own fault would cost all of them.

import { subjects } from "#schema/wire/subjects.ts";
import { type Bus, BusError } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { NodeStore } from "./store.ts";

/** `seen_at` older than this, by the store's clock: dead. */
export const SILENT_MS = 10_000;
const PINGS = 5;
const PING_EVERY_MS = 260;
const PING_TIMEOUT_MS = 250;
/** After our own link or event loop came back, what we believe of others is old. */
const SETTLE_MS = 2_000;
const STALL_MS = 500;

export interface JudgeOptions {
  bus: Bus;
  clock: Clock;
  nodes: NodeStore;
}

export class Judge {
  #stalledAtMs = Number.NEGATIVE_INFINITY;
  #lastTickMs: number;
  /** Since when our own renewals succeed without a break; null while they do not. */
  #renewedSinceMs: number | null = null;
  readonly #judging = new Map<string, Promise<boolean>>();

  constructor(private readonly options: JudgeOptions) {
    this.#lastTickMs = options.clock.monoMs();
  }

  /** Called on a steady beat of `everyMs`: a late one means that this event loop stood still. Returns for how long. */
  tick(everyMs: number): number {
    const nowMs = this.options.clock.monoMs();
    const stalledMs = Math.max(0, nowMs - this.#lastTickMs - everyMs);
    if (stalledMs > STALL_MS) this.#stalledAtMs = nowMs;
    this.#lastTickMs = nowMs;
    return stalledMs;
  }

  renewed(ok: boolean) {
    if (!ok) this.#renewedSinceMs = null;
    else this.#renewedSinceMs ??= this.options.clock.monoMs();
  }

  /** Whether this node may judge others at all now. */
  get settled() {
    const { bus, clock } = this.options;
    const nowMs = clock.monoMs();
    const linkSettled = bus.link.up && (bus.link.generation === 1 || nowMs - bus.link.sinceMs >= SETTLE_MS);
    return linkSettled && nowMs - this.#stalledAtMs >= SETTLE_MS;
  }

  /** Whether the age of `seen_at` counts for us. */
  get trustsAge() {
    return this.#renewedSinceMs !== null && this.options.clock.monoMs() - this.#renewedSinceMs >= SILENT_MS;
  }

  /** Takes about a second for a node that answers no ping; who asks meanwhile gets the same verdict. Throws StoreAway. */
  isDead(incarnation: string): Promise<boolean> {
    const under = this.#judging.get(incarnation);
    if (under) return under;
    const judging = this.#judge(incarnation).finally(() => this.#judging.delete(incarnation));
    this.#judging.set(incarnation, judging);
    return judging;
  }

  async #judge(incarnation: string): Promise<boolean> {
    const { nodes, bus, clock } = this.options;
    const first = await nodes.look(incarnation);
    if (!first || first.left) return true;
    if (first.silentMs > SILENT_MS && this.trustsAge) return true;
    if (!this.settled) return false;
    const { generation } = bus.link;
    for (let i = 0; i < PINGS; i++) {
      if (i > 0) await clock.sleep(PING_EVERY_MS);
      if (!(await this.hasNoResponders(incarnation))) return false;
    }
    const last = await nodes.look(incarnation);
    // Reading the table proves our own link to it; the node's own renewals would have moved `seen_at`.
    return bus.link.generation === generation && this.settled && (!last || last.seenAt === first.seenAt);
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
