// The life of an upload or of a highlight, and the end of a recording, as their actor saves it.

import type { VideoTask } from "#schema/queries/videos/uploads.ts";
import type { CompleteAnswer } from "#schema/wire/video-actor.ts";

export type State =
  /** Parts arrive. `expiresAtMs` null: the task is not read yet. */
  | { phase: "uploading"; expiresAtMs: number | null }
  /** The store is asked what it has, and to make one object of it. */
  | { phase: "completing"; expiresAtMs: number | null }
  /** It is inspected, then encoded. `tries`: failures of the world so far. `retryAtMs`: the next try begins then; null: it runs. */
  | { phase: "working"; tries: number; retryAtMs: number | null }
  /** What is left in the object store goes. `failure`: written to the video first; null: the video goes as well, or is ready. */
  | { phase: "clearing"; failure: { code: string; detail: string } | null; media: boolean }
  /** The parts of a highlight are copied. `tries`, `retryAtMs`: as above. */
  | { phase: "copying"; tries: number; retryAtMs: number | null }
  /** Poster, thumbnails and storyboard of a recording or of a highlight. `tries`, `retryAtMs`: as above. */
  | { phase: "drawing"; tries: number; retryAtMs: number | null }
  | { phase: "over"; failed: boolean };

export type Event =
  | { type: "expiryRead"; expiresAtMs: number }
  | { type: "copying" }
  | { type: "drawing" }
  | { type: "completing" }
  | { type: "stayedOpen" }
  | { type: "stored" }
  | { type: "tried"; retryAtMs: number }
  | { type: "retrying" }
  | { type: "givenUp"; failure: { code: string; detail: string } | null; media: boolean }
  | { type: "cleared" }
  /** Nothing is left to do, and nothing has failed. */
  | { type: "done" };

export type Message =
  | { type: "complete" }
  | { type: "cancel" }
  // From children.
  | { type: "read"; task: VideoTask }
  | { type: "completed"; answer: CompleteAnswer }
  | {
      type: "worked";
      end: { type: "ready" | "gone" } | { type: "refused"; code: string; detail: string } | { type: "broke" };
    }
  | { type: "cleared" }
  | {
      type: "copied";
      end: { type: "copied" | "gone" } | { type: "refused"; code: string; detail: string } | { type: "broke" };
    }
  | { type: "drawn"; end: { type: "drawn" | "gone" | "broke" } }
  // From timers.
  | { type: "expired" }
  | { type: "retryDue" };

export const initial = (): State => ({ phase: "uploading", expiresAtMs: null });
