// Sends requests to actors, whichever node owns them.

import type { ActorKindName } from "#schema/wire/subjects.ts";

export interface CallOptions {
  /** Total time over all retries. Default 5 000. */
  timeoutMs?: number;
  /** Idempotency id, for callers that repeat a call themselves. Default: a new id. */
  id?: string;
}

export interface Caller {
  /** Finds or wakes the owner, repeats the request under the same id when the actor moved or the link broke, and returns the actor's
   *  answer. Throws Refusal (runtime/actor/actor.ts) with one of the actor's own codes, or `busy`, `unavailable`, `timeout`. */
  call<Value>(kind: ActorKindName, key: string, message: unknown, options?: CallOptions): Promise<Value>;
}
