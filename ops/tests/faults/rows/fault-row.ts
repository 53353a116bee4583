// What a row of the suite says: the fault, the proof that it happened, and what may take how long.

import type { Scene } from "../scene.ts";
import type { ShowOptions } from "../show.ts";
import type { Recovery } from "../watch/recovery-times.ts";

/** Times that a row may limit. `stillMs`: longest time without a new part; `silentMs`: without an acknowledged line; `resume…`: what
 *  the recovery of that name took beyond the end of the fault. */
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
  /** What is other about the show that it happens to. */
  show?: ShowOptions;
  /** Does it; resolves with the proof that it happened, throws when it did not. */
  inject(scene: Scene): Promise<string>;
  /** Whether the channel must have another owner afterwards, by exactly one claim; else the owner must have stayed. */
  takenOver: boolean;
  limits: Partial<Record<LimitedTime, number>>;
  /** No socket may have had to come back. */
  socketsStay?: boolean;
  /** More that must hold; resolves with what was looked at. */
  after?(scene: Omit<Scene, "strike" | "over">): Promise<string>;
}
