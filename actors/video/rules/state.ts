// The life of an upload as its actor saves it.

import type { CompleteAnswer } from "#schema/wire/video-actor.ts";

export type State =
  /** Parts arrive. `expiresAtMs` null: not read yet. */
  | { phase: "uploading"; expiresAtMs: number | null }
  /** The store is asked what it has, and to make one object of it. */
  | { phase: "completing"; expiresAtMs: number | null }
  /** It is inspected, then encoded. `tries`: failures of the world so far. `retryAtMs`: the next try begins then; null: it runs. */
  | { phase: "working"; tries: number; retryAtMs: number | null }
  /** What is left in the object store goes. `failure`: written to the video first; null: the video goes as well, or is ready. */
  | { phase: "clearing"; failure: { code: string; detail: string } | null; media: boolean }
  | { phase: "over"; failed: boolean };

export type Event =
  | { type: "expiryRead"; expiresAtMs: number }
  | { type: "completing" }
  | { type: "stayedOpen" }
  | { type: "stored" }
  | { type: "tried"; retryAtMs: number }
  | { type: "retrying" }
  | { type: "givenUp"; failure: { code: string; detail: string } | null; media: boolean }
  | { type: "cleared" };

export type Message =
  | { type: "complete" }
  | { type: "cancel" }
  // From children.
  | { type: "expiryRead"; expiresAtMs: number }
  /** No row says anything of this video. */
  | { type: "unknown" }
  | { type: "completed"; answer: CompleteAnswer }
  | {
      type: "worked";
      end: { type: "ready" | "gone" } | { type: "refused"; code: string; detail: string } | { type: "broke" };
    }
  | { type: "cleared" }
  // From timers.
  | { type: "expired" }
  | { type: "retryDue" };

export const initial = (): State => ({ phase: "uploading", expiresAtMs: null });
