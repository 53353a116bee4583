// Whether messages from the bus may be handled now (design §3, Gate at message time): the bus re-subscribes by itself within
// milliseconds, and a process that runs again reads its sockets before its timers ring.

import type { Clock } from "../base/clock.ts";
import type { Bus } from "../bus/bus.ts";

/** When the query that confirmed an epoch was sent, and over which link. */
export interface Confirmed {
  monoMs: number;
  generation: number;
}

const CONFIRMED_FOR_MS = 3_000;
/** A node that has shown no sign of life for so long lets no messages through: others may take over after twice that (judge.ts). */
const LIFE_FOR_MS = 5_000;

interface GateOptions {
  bus: Bus;
  clock: Clock;
  /** Default 3 000; another only in a test. */
  confirmedForMs?: number | undefined;
}

export class Gate {
  /** When the newest sign of life was sent that the store took; null while nobody tells. */
  #lifeMonoMs: number | null = null;
  /** When the store had answered the first one after a break: until then others could take over by silence. */
  #livesSinceMonoMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: GateOptions) {}

  /** Nobody else can own what was confirmed then. */
  isOpen(confirmed: Confirmed): boolean {
    const { clock, confirmedForMs = CONFIRMED_FOR_MS } = this.options;
    const nowMs = clock.monoMs();
    const alive = this.#lifeMonoMs === null || nowMs - this.#lifeMonoMs <= Math.max(LIFE_FOR_MS, confirmedForMs);
    if (confirmed.monoMs < this.#livesSinceMonoMs) return false;
    return alive && nowMs - confirmed.monoMs <= confirmedForMs && this.sameLink(confirmed);
  }

  /** What was confirmed while the link was down says nothing about after: others could take over until it was back. */
  sameLink({ monoMs, generation }: Confirmed): boolean {
    const { link } = this.options.bus;
    return link.up && generation === link.generation && monoMs >= link.sinceMs;
  }

  /** This node's `seen_at` was renewed by what was sent then. One that hides behind a link that hangs confirms its epochs
   *  and can be taken over all the same. */
  showedLife(sentMonoMs: number) {
    const before = this.#lifeMonoMs;
    if (before !== null && sentMonoMs - before > LIFE_FOR_MS) this.#livesSinceMonoMs = this.options.clock.monoMs();
    this.#lifeMonoMs = sentMonoMs;
  }
}
