// How anybody asks an actor something, wherever it lives.

import type { ActorKindName } from "#schema/wire/subjects.ts";

export interface CallOptions {
  /** In all, over every retry. Default 5 000. */
  timeoutMs?: number;
  /** Idempotency id; the caller gives one when it repeats a call itself. Default: a new one. */
  id?: string;
}

export interface Caller {
  /** Finds or wakes the owner, repeats under the same id when it moved or the link broke, and answers what the actor answered.
   *  Throws Refusal (runtime/actor/actor.ts): the actor's own codes, or `busy`, `unavailable`, `timeout`. */
  call<Value>(kind: ActorKindName, key: string, message: unknown, options?: CallOptions): Promise<Value>;
}
