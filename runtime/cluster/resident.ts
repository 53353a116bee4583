// One actor that runs on this node, as the host keeps it, and what waits at its gate. A node has thousands: nothing here that need not be.

import { type Log, reason } from "../base/log.ts";
import type { Subscription } from "../bus/bus.ts";
import type { Activation, ActorKind } from "./activation.ts";
import type { Confirmed } from "./gate.ts";

/** A message at the gate. */
interface Held {
  deadlineMonoMs: number;
  pass(): void;
}

export interface Resident {
  kind: ActorKind;
  key: string;
  epoch: number;
  activation: Activation;
  subscription: Subscription;
  confirmed: Confirmed;
  /** When the claim was answered: a list asked for before may not have it yet. */
  claimedMonoMs: number;
  /** Messages at the gate by their idempotency id, in order; null while there are none. */
  held: Map<string, Held> | null;
  lastAskedMonoMs: number;
  /** Another node is being asked to take it. */
  handing: boolean;
}

/** Messages held at the gate of one actor; over it `busy`. */
const HELD_MAX = 500;
/** Where the owner listens, as `subjects.actor` spells it once its key is known to be one. */
export const addressOf = ({ kind, key }: { kind: string; key: string }) => `actor.${kind}.${key}`;

/** Neither claimed nor confirmed after that question was sent: its answer speaks of this one. */
export const isOlder = ({ claimedMonoMs, confirmed }: Resident, sent: { monoMs: number }) =>
  claimedMonoMs < sent.monoMs && confirmed.monoMs < sent.monoMs;

/** False: there are too many already. Whoever repeats a call listens to the last answer only; its place is that of the first. */
export function hold(resident: Resident, id: string, { deadlineMonoMs, pass }: Held, nowMs: number): boolean {
  resident.held ??= new Map();
  const { held } = resident;
  if (held.size >= HELD_MAX) forgetLate(held, nowMs);
  if (held.size >= HELD_MAX && !held.has(id)) return false;
  held.set(id, { deadlineMonoMs, pass });
  return true;
}

function forgetLate(held: Map<string, Held>, nowMs: number) {
  for (const [id, { deadlineMonoMs }] of held) if (deadlineMonoMs <= nowMs) held.delete(id);
}

export function letThrough(resident: Resident) {
  const { held } = resident;
  resident.held = null;
  for (const { pass } of held?.values() ?? []) pass();
}

/** Of one that is not resident any more: who was held at its gate hears `moved`. */
export async function close(at: string, resident: Resident, { how, log }: { how: "ask" | "kill"; log: Log }) {
  letThrough(resident);
  const { subscription, activation } = resident;
  const results = await Promise.allSettled([subscription.drain(), activation.stop(how)]);
  for (const result of results)
    if (result.status === "rejected") log.error({ actor: at, reason: reason(result.reason) }, "stop failed");
}
