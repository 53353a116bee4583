// The rules of a channel: one small function for each message, all pure.

import { sessionKey } from "#schema/wire/channel.ts";
import { encoderSeen, isLongOver, longOver } from "./absence.ts";
import { advise } from "./advice.ts";
import { failedBy, handElsewhere, intakeEnded, isRecent, pictureMissing, withoutPicture } from "./attempts.ts";
import { encoderLost, graceOver, start, stop } from "./endings.ts";
import { reduceEvents } from "./evolve.ts";
import { health } from "./health.ts";
import { ladderChosen, ladderEnded, ladderKeptUp } from "./ladder.ts";
import { type BroadcastLimits, durationOver, NO_LIMITS, sourceSeen } from "./limits.ts";
import type { Effect, Message, Outcome, PullRef } from "./messages.ts";
import { attached, publish } from "./publish.ts";
import { restream } from "./restream.ts";
import { isOf, isOnAir, isReady, type OnAir, pullOf, type State } from "./state.ts";

/** After a hand-over viewers read at the old owner until the new owner lists media of its own, but no longer than this. */
export const HANDED_OVER_MS = 5_000;
const nothing: Outcome = {};
const announce: Effect = { type: "announce" };

export function decide(state: State, message: Message, nowMs: number, limits: BroadcastLimits = NO_LIMITS): Outcome {
  switch (message.type) {
    case "publish":
      return isLongOver(state) ? publishAnew(state, message, nowMs) : publish(state, message, nowMs);
    case "publishDone":
      return isOf(state, message.session) ? encoderLost(state, nowMs, false) : nothing;
    case "encoderGone":
      // Also dropped at nginx: if nginx has the encoder after all, it must reconnect, since its stream is not pulled any more.
      if (!ofSession(state, message)) return nothing;
      if (isLongOver(state)) return longOver(state);
      return encoderLost(state, state.absence?.sinceMs ?? nowMs, true);
    case "encoderSeen":
      return ofSession(state, message) ? encoderSeen(state) : nothing;
    case "ingestSilent":
      return ofSession(state, message) ? ingestSilent(state, nowMs) : nothing;
    case "pulled":
      return ofName(state, message) ? attached(state) : nothing;
    case "pullLate":
      return isOnAir(state) ? attached(state) : nothing;
    case "ready":
      return ofAttempt(state, message) ? ready(nowMs) : nothing;
    case "handOver":
      return state.phase === "offline"
        ? nothing
        : { events: [{ type: "handedOver", origin: message.origin, untilMs: nowMs + HANDED_OVER_MS }] };
    case "listed":
      return ofBroadcast(state, message) ? tookOver(state) : nothing;
    case "handedOverLate":
      return tookOver(state);
    case "numberOpened":
      return ofBroadcast(state, message) ? { events: [{ ...message, atMs: nowMs }] } : nothing;
    case "segmentClosed":
      return ofBroadcast(state, message) ? { events: [message] } : nothing;
    case "clockMoved":
      return ofName(state, message) ? { events: [message] } : nothing;
    case "sourceSeen":
      return onAirAs(state, message) ? sourceSeen(state, message.info, { limits, nowMs }) : nothing;
    case "sourceFact":
      return onAirAs(state, message) ? advise(state, message.fact, nowMs) : nothing;
    case "warned":
      return onAirAs(state, message) ? { events: [message] } : nothing;
    case "unwarned":
      return onAirAs(state, message) ? { events: [{ type: "unwarned", codes: [message.code] }] } : nothing;
    case "warningOver":
      return warningsOver(state, nowMs);
    case "attemptFailed":
      return ofAttempt(state, message) ? failedBy(message.problem, nowMs) : nothing;
    case "intakeEnded":
      if (ofAttempt(state, message)) return intakeEnded(state, message, nowMs);
      return ofPull(state, message) ? { events: [{ type: "keptPullEnded" }] } : nothing;
    case "pictureSeen":
      return pictureSeen(state, message, nowMs);
    case "pictureMissing":
      return ofSession(state, message) && state.attempt === message.attempt
        ? pictureMissing(state, message.why)
        : nothing;
    case "noPictureLate":
      return isOnAir(state) ? withoutPicture(state) : nothing;
    case "retryDue":
      return isOnAir(state) ? { events: [{ type: "retried", atMs: nowMs }] } : nothing;
    case "ladderChosen":
      return ofPull(state, message) ? ladderChosen(message) : nothing;
    case "ladderEnded":
    case "ladderKeptUp": {
      const ladder = ofPull(state, message) ? pullOf(state)?.ladder : null;
      if (ladder?.run !== message.run) return nothing;
      return message.type === "ladderEnded" ? ladderEnded(ladder, nowMs) : ladderKeptUp(ladder);
    }
    case "ladderDue":
      return { events: [{ type: "ladderRetried" }] };
    case "durationOver":
      return state.phase === "offline" ? nothing : durationOver(state, limits, nowMs);
    case "graceOver":
      return state.phase === "lost" ? graceOver(state, nowMs) : nothing;
    case "overForgotten":
      return { events: [{ type: "forgotten" }], effects: [announce] };
    case "dropped":
    case "recorded":
    case "kept":
      return { events: [message] };
    case "targets":
    case "targetsChanged":
    case "targetsListed":
    case "targetUp":
    case "targetEnded":
    case "targetsDue":
      return restream(state, message, nowMs);
    case "start":
      return start(state, message, nowMs);
    case "stop":
      return stop(state, message, nowMs);
    case "health":
      return { reply: health(state) };
  }
}

/** A publish ends a broadcast that was over long before it, and begins another one. */
function publishAnew(
  state: Parameters<typeof longOver>[0] & State,
  message: Parameters<typeof publish>[1],
  nowMs: number,
) {
  if (isOf(state, message.session)) return publish(state, message, nowMs); // Its encoder is there after all.
  const { events = [] } = longOver(state);
  const outcome = publish(reduceEvents(state, events), message, nowMs);
  return { ...outcome, events: [...events, ...(outcome.events ?? [])] };
}

/** True when the message is about the current session. Late messages of an old session are ignored. */
function ofSession(state: State, { session }: { session: string }): state is State & OnAir {
  return isOnAir(state) && sessionKey(state.session) === session;
}

/** True when the encoder on air has this public name. */
function onAirAs(state: State, { publicName }: { publicName: string }): state is State & OnAir {
  return isOnAir(state) && state.session.publicName === publicName;
}

/** True when the message is about the public name that is pulled, also while its encoder is away. */
const ofName = (state: State, message: { publicName: string }) =>
  onAirAs(state, message) || (state.phase === "lost" && state.lastSession.publicName === message.publicName);

/** True when the message is about the current attempt: the intake that runs now, or the pause before it. */
function ofAttempt(state: State, message: PullRef): state is State & OnAir {
  return onAirAs(state, message) && state.attempt === message.attempt;
}

/** True when the message is about the pull that runs, also while its encoder is away. */
function ofPull(state: State, { publicName, attempt }: PullRef): boolean {
  const pull = pullOf(state);
  return pull?.session.publicName === publicName && pull.attempt === attempt;
}

const ofBroadcast = (state: State, { broadcastId }: { broadcastId: string }) =>
  state.phase !== "offline" && state.broadcast.id === broadcastId;

/** The pull has the picture of an encoder that came back. The first picture of an attempt counts once it is `ready`. */
function pictureSeen(state: State, message: { session: string; attempt: number }, nowMs: number): Outcome {
  if (!ofSession(state, message) || state.attempt !== message.attempt) return nothing;
  return state.phase === "starting" && isReady(state) ? ready(nowMs) : nothing;
}

const tookOver = (state: State): Outcome =>
  state.phase !== "offline" && state.broadcast.handedOver
    ? { events: [{ type: "tookOver" }], effects: [announce] }
    : nothing;

const ready = (nowMs: number): Outcome => ({ events: [{ type: "ready", atMs: nowMs }], effects: [announce] });

/** Asks another node, which may reach nginx. If another node was asked already, nginx and its encoders count as gone. */
const ingestSilent = (state: State & OnAir, nowMs: number): Outcome =>
  isRecent(state.silentAtMs, nowMs) ? encoderLost(state, nowMs, true) : handElsewhere(state, "nginx is silent", nowMs);

function warningsOver(state: State, nowMs: number): Outcome {
  if (!isOnAir(state)) return nothing;
  const codes = state.warnings
    .map(({ code }) => code)
    .filter((code) => (state.warnedUntilMs?.[code] ?? nowMs + 1) <= nowMs);
  return { events: [{ type: "unwarned", codes }] };
}
