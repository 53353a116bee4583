// What this edge refuses while its event loop is late, so that those who are there already are served: first requests of people who are not
// signed in, then their joins of chats, then their beginnings of playback. Signed-in people, hooks, internal routes and health are never refused.

import { Refusal } from "#runtime/actor/actor.ts";
import type { LoopLag } from "#runtime/base/loop-lag.ts";
import { beginAt0, Counter } from "#runtime/base/metrics.ts";

/** In the order in which they are refused, with the lag from which on they are, in times of SHED_LAG_MS. */
const FROM_LAG = { requests: 1, joins: 2, playback: 4 } as const;
export type Sheddable = keyof typeof FROM_LAG;

/** Longer than the lag needs to fall when the load is gone. */
export const SHED_RETRY_AFTER_MS = 5_000;

const sheds = new Counter({
  name: "shed_total",
  help: "Beginnings of people who are not signed in that were refused because the event loop was late, by kind",
  labelNames: ["kind"],
});
beginAt0(sheds, "kind", Object.keys(FROM_LAG));

export class Shedding {
  /** `lagMs`: from this lag on the first kind is refused; 0: never. */
  constructor(
    private readonly lag: Pick<LoopLag, "lagMs">,
    private readonly lagMs: number,
  ) {}

  /** Counts a refusal. */
  refuses(kind: Sheddable): boolean {
    if (this.lagMs === 0 || this.lag.lagMs < this.lagMs * FROM_LAG[kind]) return false;
    sheds.inc({ kind });
    return true;
  }

  /** Throws Refusal `busy`. */
  check(kind: Sheddable) {
    if (this.refuses(kind)) throw new Refusal("busy", "this server is overloaded", SHED_RETRY_AFTER_MS);
  }
}
