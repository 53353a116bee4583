// Envelopes of requests to actors and nodes, and of the answers.

import type { ActorKindName } from "./subjects.ts";

export interface CallRequest<Message = unknown> {
  /** Idempotency id: requests with the same id are one call, also when sent repeatedly or to several nodes. */
  id: string;
  /** How much longer the asker waits: a duration, since clocks of machines differ. */
  remainingMs: number;
  message: Message;
  /** The asker's `traceparent` (W3C Trace Context). Absent: no trace, or an asker of an earlier release. */
  trace?: string;
}

export type CallAnswer<Value = unknown> =
  | { ok: true; value: Value; node: string; epoch: number }
  | { ok: false; code: string; detail?: string; retryAfterMs?: number; node: string; epoch: number };

/** Sent to `actors.wake` and `node.<incarnation>.activate`. The answer comes when the actor can be called. */
export interface WakeRequest {
  kind: ActorKindName;
  key: string;
  remainingMs: number;
  /** Every node reads the request, since the actor's owner, or the node that was asked before, is silent. One of those that live acts. */
  toAll?: boolean;
  /** For a chosen node: incarnation that the actor's row still names and that the asker has judged dead. */
  deadNode?: string;
  /** Its `seen_at` then: the claim fails if it has changed since. Absent: `deadNode` cannot come back, or hands the actor over. */
  deadSeenAt?: string;
  /** `deadNode` is alive and hands the actor over. */
  handedOver?: boolean;
  /** All nodes are full and the actor must run: accept it above the limit. */
  overfill?: boolean;
  /** As of CallRequest. */
  trace?: string;
}

export type WakeAnswer =
  | { ok: true; node: string; epoch: number }
  | { ok: false; code: string; detail?: string; retryAfterMs?: number };
