// What a fault happens to: a show on the stage, and the moment of the fault.

import type { Relative } from "#ops/tests/support/descendants.ts";
import type { Owner, Show } from "./show.ts";
import type { Stage } from "./stage.ts";

export interface Scene {
  stage: Stage;
  show: Show;
  /** Before the fault. */
  owner: Owner;
  /** Its FFmpeg of this show, before the fault. */
  transcoders: Relative[];
  /** To be called once, at the moment of the fault: from then on recovery is measured. */
  strike(): void;
  /** May be called once, when the fault is over: from then on the `resume…` times are measured. */
  over(): void;
}
