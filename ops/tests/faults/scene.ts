// The scene of a fault: a show on the stage, and the moment of the fault.

import type { Relative } from "#ops/tests/support/descendants.ts";
import type { Owner, Show } from "./show.ts";
import type { Stage } from "./stage.ts";

export interface Scene {
  stage: Stage;
  show: Show;
  /** Owner before the fault. */
  owner: Owner;
  /** The owner's ladders (FFmpeg) of this show, before the fault. None where nodes run without rungs. */
  ladders: Relative[];
  /** Call once, at the moment of the fault: recovery is measured from then on. */
  strike(): void;
  /** Call at most once, when the fault is over: the `resume…` times are measured from then on. */
  over(): void;
}
