// Restreaming: what viewers see of a broadcast goes to the channel's targets too. Nothing of it touches the broadcast itself.

import type { Forwarded } from "#schema/wire/targets.ts";
import { isLongOver } from "./absence.ts";
import type { Message, Outcome } from "./messages.ts";
import { type Pull, pullOf, type State } from "./state.ts";
import { isSame, type TargetRef, type TargetRun } from "./target-runs.ts";

/**
 * The broadcast that goes to targets: once viewers could see it, until it is over. Null: none. Not while its owner changes by consent: two
 * owners would publish to one target.
 */
export function restreamedId(state: State): string | null {
  if (state.phase === "offline" || state.phase === "preview" || isLongOver(state)) return null;
  const { id, liveAtMs, handedOver } = state.broadcast;
  return liveAtMs === null || handedOver ? null : id;
}

/** The connections that run. */
export function forwardsOf(state: State): { target: TargetRun; pull: Pull }[] {
  const pull = restreamedId(state) === null ? null : pullOf(state);
  if (!pull) return [];
  return (state.restream?.targets ?? []).filter(({ pause }) => !pause).map((target) => ({ target, pull }));
}

/** When the next target has rested. Null: none rests. */
export function targetsDueMs({ restream }: State): number | null {
  const dues = (restream?.targets ?? []).flatMap(({ pause }) => (pause ? [pause.untilMs] : []));
  return dues.length > 0 ? Math.min(...dues) : null;
}

/** For the channel owner. */
export function forwardedOf(state: State): Forwarded[] {
  if (restreamedId(state) === null) return [];
  const pull = pullOf(state);
  return (state.restream?.targets ?? []).map(({ id, up, why, pause }) => ({
    targetId: id,
    liveSinceMs: up && up.publicName === pull?.session.publicName && up.attempt === pull.attempt ? up.sinceMs : null,
    failure: why && pause ? { why, retryAtMs: pause.untilMs } : null,
    droppedFrames: 0,
  }));
}

type Told = Extract<
  Message,
  { type: "targets" | "targetsChanged" | "targetsListed" | "targetUp" | "targetEnded" | "targetsDue" }
>;

export function restream(state: State, message: Told, nowMs: number): Outcome {
  switch (message.type) {
    case "targets":
      return { reply: forwardedOf(state) };
    case "targetsChanged":
      return { reply: null, ...(restreamedId(state) !== null && { events: [{ type: "targetsAsked" }] }) };
    case "targetsListed":
      return restreamedId(state) === message.broadcastId ? { events: [message] } : {};
    case "targetUp":
    case "targetEnded":
      return runs(state, message.target) ? { events: [{ ...message, atMs: nowMs }] } : {};
    case "targetsDue":
      return { events: [{ type: "targetsRetried", atMs: nowMs }] };
  }
}

/** Late messages of an old connection are ignored. */
const runs = (state: State, target: TargetRef) =>
  state.restream?.targets.some((run) => isSame(run, target) && !run.pause) ?? false;
