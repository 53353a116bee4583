// A row of the fault suite: the fault, the proof that it happened, and time limits of the recovery.

import type { Scene } from "../scene.ts";
import type { ShowOptions } from "../show.ts";
import type { Recovery } from "../watch/recovery-times.ts";

/** Times that a row may limit. `stillMs`: longest time without a new part; `silentMs`: without an acknowledged line; `resume…`: time
 *  that the recovery took after the end of the fault. */
export type LimitedTime =
  | keyof Recovery
  | "stillMs"
  | "silentMs"
  | "resumeCallMs"
  | "resumeLineMs"
  | "resumePictureMs"
  | "resumeNumberMs";

export interface FaultRow {
  id: string;
  name: string;
  /** Options of the show under this fault. */
  show?: ShowOptions;
  /** Injects the fault; resolves with the proof that it happened, throws when it did not. */
  inject(scene: Scene): Promise<string>;
  /** True: the channel must have another owner afterwards, by exactly one claim. False: the owner must have stayed. */
  takenOver: boolean;
  limits: Partial<Record<LimitedTime, number>>;
  /** No socket may have had to reconnect. */
  socketsStay?: boolean;
  /** Further checks; resolves with a description of them. */
  after?(scene: Omit<Scene, "strike" | "over">): Promise<string>;
  /** Checks of what the show leaves, once its encoder has ended; resolves with a description of them. */
  afterEnd?(scene: Omit<Scene, "strike" | "over">): Promise<string>;
}
