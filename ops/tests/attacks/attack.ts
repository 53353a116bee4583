// What an attack is.

import type { Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";

export interface Attack {
  /** Of the list of attacks: `A-01` to `A-22`. Several rows may share one. */
  id: string;
  /** What must hold. */
  name: string;
  /** Takes long: `npm run test:long -- attacks` only. */
  slow?: true;
  /** With fewer sendings it was not executed. */
  atLeast: number;
  /** Resolves with what is worth telling; throws when something did not hold. */
  run(stage: Stage, tally: Tally): Promise<string | undefined>;
}

/** Throws with all that did not hold. */
export function mustHold(faults: string[]) {
  if (faults.length > 0) throw new Error(`${faults.length} did not hold:\n${faults.slice(0, 20).join("\n")}`);
}
