// The envelope of every request to an actor or a node, and of its answer.

import type { ActorKindName } from "./subjects.ts";

export interface CallRequest<Message = unknown> {
  /** Idempotency id: the same id is the same call, however often and to whomever it is sent. */
  id: string;
  /** Time the asker still waits. Remaining time, never a wall clock. */
  remainingMs: number;
  message: Message;
}

export type CallAnswer<Value = unknown> =
  | { ok: true; value: Value; node: string; epoch: number }
  | { ok: false; code: string; detail?: string; retryAfterMs?: number; node: string; epoch: number };

/** Asked at `actors.wake` and `node.<incarnation>.activate`. Answered when the actor is callable. */
export interface WakeRequest {
  kind: ActorKindName;
  key: string;
  remainingMs: number;
  /** To a node that was chosen: the row still names this one, and the asker has judged it dead. */
  deadNode?: string;
  /** That node lives, and gives it away. */
  handedOver?: boolean;
  /** Nobody has room, and it must run somewhere: take it all the same. */
  overfill?: boolean;
}

export type WakeAnswer =
  | { ok: true; node: string; epoch: number }
  | { ok: false; code: string; detail?: string; retryAfterMs?: number };
