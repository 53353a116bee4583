// One actor that runs on this node, as the host keeps it, and the messages held at its gate. A node has thousands, so a resident is small.

import { type Log, reason } from "../base/log.ts";
import type { Subscription } from "../bus/bus.ts";
import type { Activation, ActorKind } from "./activation.ts";
import type { Confirmed } from "./gate.ts";

/** A message held at the gate. */
interface HeldMessage {
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
  /** When the claim was answered: a list of owned rows requested earlier may not contain the actor yet. */
  claimedMonoMs: number;
  /** Messages held at the gate, by idempotency id, in order; null while there are none. */
  held: Map<string, HeldMessage> | null;
  lastAskedMonoMs: number;
  /** A hand-over is in progress. */
  handing: boolean;
}

/** Messages held at the gate of one actor; more are answered `busy`. */
const HELD_MAX = 500;
/** The owner's subject. Same as `subjects.actor`, for keys that are already checked. */
export const addressOf = ({ kind, key }: { kind: string; key: string }) => `actor.${kind}.${key}`;

/** True when the actor was claimed and last confirmed before the query was sent, so that the query's answer applies to it. */
export const predates = ({ claimedMonoMs, confirmed }: Resident, sent: { monoMs: number }) =>
  claimedMonoMs < sent.monoMs && confirmed.monoMs < sent.monoMs;

/** False: too many are held. A repeat replaces the held message in its place, because its asker reads only the last answer. */
export function hold(resident: Resident, id: string, { deadlineMonoMs, pass }: HeldMessage, nowMs: number): boolean {
  resident.held ??= new Map();
  const { held } = resident;
  if (held.size >= HELD_MAX) dropExpired(held, nowMs);
  if (held.size >= HELD_MAX && !held.has(id)) return false;
  held.set(id, { deadlineMonoMs, pass });
  return true;
}

function dropExpired(held: Map<string, HeldMessage>, nowMs: number) {
  for (const [id, { deadlineMonoMs }] of held) if (deadlineMonoMs <= nowMs) held.delete(id);
}

export function letThrough(resident: Resident) {
  const { held } = resident;
  resident.held = null;
  for (const { pass } of held?.values() ?? []) pass();
}

/** Stops an actor that was removed from the residents; messages held at its gate are answered `moved`. */
export async function close(at: string, resident: Resident, { how, log }: { how: "ask" | "kill"; log: Log }) {
  letThrough(resident);
  const { subscription, activation } = resident;
  const results = await Promise.allSettled([subscription.drain(), activation.stop(how)]);
  for (const result of results)
    if (result.status === "rejected") log.error({ actor: at, reason: reason(result.reason) }, "stop failed");
}
