// Decides whether messages from the bus may be handled now (design §3, Gate at message time). The NATS client re-subscribes within
// milliseconds of a reconnect, and a resumed process reads its sockets before its timers ring.

import type { Clock } from "../base/clock.ts";
import type { Bus } from "../bus/bus.ts";
import { MUTE_MS } from "./judge.ts";

/** When the query that confirmed an epoch was sent, and under which link generation. */
export interface Confirmed {
  monoMs: number;
  generation: number;
}

/** A confirmation older than this counts no longer. One is asked for each second. */
export const CONFIRMED_FOR_MS = 3_000;
/** Messages are held when the last heartbeat is older than this: other nodes may take over after it and two unanswered pings. */
const HEARTBEAT_FOR_MS = MUTE_MS;

interface GateOptions {
  bus: Bus;
  clock: Clock;
}

export class Gate {
  /** When and over which link the newest acknowledged heartbeat was sent; null before the first. */
  #heartbeat: Confirmed | null = null;
  /** When the first heartbeat after a break was acknowledged: until then other nodes could take over because of the silence. */
  #heartbeatsSinceMonoMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: GateOptions) {}

  /** True when no other node can own an actor with this confirmation. */
  isOpen(confirmed: Confirmed): boolean {
    const nowMs = this.options.clock.monoMs();
    const alive =
      !this.#heartbeat || (nowMs - this.#heartbeat.monoMs <= HEARTBEAT_FOR_MS && this.sameLink(this.#heartbeat));
    if (confirmed.monoMs < this.#heartbeatsSinceMonoMs) return false;
    return alive && nowMs - confirmed.monoMs <= CONFIRMED_FOR_MS && this.sameLink(confirmed);
  }

  /** A confirmation sent while the link was down does not count after it is back: other nodes could take over meanwhile. */
  sameLink({ monoMs, generation }: Confirmed): boolean {
    const { link } = this.options.bus;
    return link.up && generation === link.generation && monoMs >= link.sinceMs;
  }

  /** A heartbeat renewed this node's `seen_at`. Confirmed epochs are not enough: a node behind a hanging bus link still confirms them
   *  although it can be taken over, and one found dead while its link was down is taken over unless a heartbeat comes first. */
  heartbeatAcknowledged(sent: Confirmed): { afterBreak: boolean } {
    const before = this.#heartbeat;
    const afterBreak =
      before !== null && (sent.monoMs - before.monoMs > HEARTBEAT_FOR_MS || sent.generation !== before.generation);
    if (afterBreak) this.#heartbeatsSinceMonoMs = this.options.clock.monoMs();
    this.#heartbeat = sent;
    return { afterBreak };
  }
}
