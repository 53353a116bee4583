// The shape of an attack.

import type { Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";

export interface Attack {
  /** Id in the list of attacks, `A-01` to `A-23`. Several rows may share one. */
  id: string;
  /** The claim that must hold. */
  name: string;
  /** Runs only with `npm run test:long -- attacks`. */
  slow?: true;
  /** Minimum number of requests sent; with fewer the attack counts as not executed. */
  atLeast: number;
  /** Resolves with a summary, if any; throws when the claim did not hold. */
  run(stage: Stage, tally: Tally): Promise<string | undefined>;
}

/** Throws with all faults, if any. */
export function mustHold(faults: string[]) {
  if (faults.length > 0) throw new Error(`${faults.length} did not hold:\n${faults.slice(0, 20).join("\n")}`);
}
