// Applies a message to a state, whatever the rules throw: a refusal becomes an answer; a bug is logged once and answered `internal`.

import { type Actor, type Decision, Refusal } from "./actor.ts";
import type { Answer } from "./calls.ts";

export interface Outcome<State, Event, Effect> {
  decision: Decision<Event, Effect>;
  answer: Answer;
  /** The state after the decision's events. */
  next: State;
}

export function outcomeOf<State, Message, Event, Effect>(
  actor: Actor<State, Message, Event, Effect>,
  state: State,
  message: Message,
  { nowMs, owner }: { nowMs: number; owner: { onBug(error: unknown, what: string): void } },
): Outcome<State, Event, Effect> {
  try {
    const decision = actor.decide(state, message, nowMs);
    const next = (decision.events ?? []).reduce((before, event) => actor.evolve(before, event), state);
    return { decision, answer: { ok: true, value: decision.reply ?? null }, next };
  } catch (error) {
    if (error instanceof Refusal) return { decision: {}, answer: refusalAnswer(error), next: state };
    owner.onBug(error, "decide");
    return { decision: {}, answer: { ok: false, code: "internal" }, next: state };
  }
}

/** A refusal as the answer sent to the asker. */
export function refusalAnswer({ code, detail, retryAfterMs }: Refusal): Answer {
  const more = { ...(detail !== undefined && { detail }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { ok: false, code, ...more };
}
