// The rules of a channel: one small function for each message, all pure.

import { Refusal } from "#runtime/actor/actor.ts";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { type PublishAnswer, type SessionRef, sessionKey } from "#schema/wire/channel.ts";
import { exited, failedBy, handElsewhere, isRecent, withoutPicture } from "./attempts.ts";
import type { Effect, Fresh, Message, Outcome, Publish } from "./messages.ts";
import { type Event, isOf, isOnAir, type OnAir, type Session, type State } from "./state.ts";

/** After a hand-over viewers read at the old owner until the new owner lists media of its own, but no longer than this. */
export const HANDED_OVER_MS = 5_000;
/** How long an ended broadcast stays readable, with ENDLIST. */
const OVER_KEPT_MS = 60_000;
/** After this many take-overs within the window the incumbent stays: two encoders with one key must not fight for ever. */
const TAKE_OVERS_MAX = 3;
const TAKE_OVERS_WINDOW_MS = 60_000;
/** nginx waits no longer for its hooks. A larger difference means that the clocks differ. */
const HOOK_LATE_MS = 10_000;
const nothing: Outcome = {};
const announce: Effect = { type: "announce" };

export function decide(state: State, message: Message, nowMs: number): Outcome {
  switch (message.type) {
    case "publish":
      return publish(state, message, nowMs);
    case "publishDone":
      return isOf(state, message.session) ? encoderLost(state, nowMs, false) : nothing;
    case "encoderGone":
      // Also dropped at nginx: if nginx has the encoder after all, it must reconnect, since its stream is not pulled any more.
      return ofSession(state, message) ? encoderLost(state, nowMs, true) : nothing;
    case "ingestSilent":
      return ofSession(state, message) ? ingestSilent(state, nowMs) : nothing;
    case "pulled":
      return isOnAir(state) && state.session.publicName === message.publicName ? attached(state) : nothing;
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
      return ofBroadcast(state, message) ? { events: [message] } : nothing;
    case "segmentClosed":
      return ofBroadcast(state, message) ? { events: [message] } : nothing;
    case "sourceSeen":
    case "warned":
      return ofSession(state, message) ? { events: [message] } : nothing;
    case "attemptFailed":
      return ofAttempt(state, message) ? failedBy(message.problem, nowMs) : nothing;
    case "transcoderExited":
      return ofAttempt(state, message) ? exited(state, message, nowMs) : nothing;
    case "noPictureLate":
      return isOnAir(state) ? withoutPicture(nowMs) : nothing;
    case "retryDue":
      return isOnAir(state) ? { events: [{ type: "retried", atMs: nowMs }] } : nothing;
    case "graceOver":
      return state.phase === "lost" ? ended(nowMs, false) : nothing;
    case "overForgotten":
      return { events: [{ type: "forgotten" }], effects: [announce] };
    case "dropped":
    case "recorded":
      return { events: [message] };
    case "stop":
      return stop(state, nowMs);
    case "health":
      return { reply: health(state) };
  }
}

/** True when the message is about the current session. Late messages of an old session are ignored. */
function ofSession(state: State, { session }: { session: string }): state is State & OnAir {
  return isOnAir(state) && sessionKey(state.session) === session;
}

/** True when the message is about the current attempt: the FFmpeg that runs now, or the pause before it. */
function ofAttempt(state: State, message: { session: string; attempt: number }): state is State & OnAir {
  return ofSession(state, message) && state.attempt === message.attempt;
}

const ofBroadcast = (state: State, { broadcastId }: { broadcastId: string }) =>
  state.phase !== "offline" && state.broadcast.id === broadcastId;

/** Name under which a publish request is parked until our own pull is attached. */
const awaiting = (session: SessionRef) => `publish ${sessionKey(session)}`;

function publish(state: State, message: Publish & { fresh: Fresh }, nowMs: number): Outcome {
  const { session: ref, hookAtMs, encoder, fresh } = message;
  if (isOnAir(state) && isOf(state, ref)) {
    // The hook may arrive twice.
    if (state.awaitsPull) return { park: awaiting(ref) };
    return { reply: { publicName: state.session.publicName } satisfies PublishAnswer };
  }
  // The hook was delayed, or is a repeat.
  const isOver = state.phase === "lost" && sessionKey(state.lastSession) === sessionKey(ref);
  const isDropped = state.dropping.some((session) => sessionKey(session) === sessionKey(ref));
  if (isOver || isDropped || (isOnAir(state) && cameBefore(message, state.session)))
    throw new Refusal("take_over_limit", "a newer encoder has taken this channel over");

  const session: Session = {
    ...ref,
    publicName: fresh.publicName,
    pullToken: fresh.pullToken,
    publishedAtMs: nowMs,
    ...(hookAtMs !== undefined && { hookAtMs }),
    encoder,
  };
  const published: Event = { type: "published", session, broadcastId: fresh.broadcastId, atMs: nowMs };
  if (!isOnAir(state)) return { park: awaiting(ref), events: [published], effects: [announce] };
  // nginx was restarted and its encoder reconnects: this is not a take-over.
  if (state.session.ingest === ref.ingest && state.session.boot !== ref.boot) {
    const { events = [], answers = {} } = encoderLost(state, nowMs, false);
    return { park: awaiting(ref), events: [...events, published], effects: [announce], answers };
  }

  const recent = state.takeOversAtMs.filter((atMs) => nowMs - atMs < TAKE_OVERS_WINDOW_MS);
  if (recent.length >= TAKE_OVERS_MAX)
    throw new Refusal(
      "take_over_limit",
      "several encoders publish with this key: stop the others",
      TAKE_OVERS_WINDOW_MS,
    );
  return {
    park: awaiting(ref),
    // After the last take-over the incumbent stays: the dashboard shows a warning, and other encoders are refused.
    events: [{ type: "replaced", atMs: nowMs }, published, ...(recent.length + 1 >= TAKE_OVERS_MAX ? [fought] : [])],
    effects: [announce],
    // The old session's hook may still wait for its answer. Its encoder is dropped anyway.
    ...unparked(state),
  };
}

const fought: Event = {
  type: "warned",
  problem: {
    code: "several_encoders",
    detail:
      "Several encoders publish with your stream key and take the channel from each other. The newest was kept and others are refused for a minute: stop them, or make a new stream key if they are not yours.",
  },
};

/** Compares client ids within one boot of one nginx, else the times of the hooks as far as the clocks agree. */
function cameBefore({ session, hookAtMs }: Publish, on: Session): boolean {
  if (session.ingest === on.ingest && session.boot === on.boot) return Number(session.clientId) < Number(on.clientId);
  const earlierMs = (on.hookAtMs ?? Number.NaN) - (hookAtMs ?? Number.NaN);
  return earlierMs > 0 && earlierMs <= HOOK_LATE_MS;
}

function attached(state: OnAir): Outcome {
  if (!state.awaitsPull) return nothing;
  const { session } = state;
  return {
    events: [{ type: "pullAttached" }],
    answers: { [awaiting(session)]: { publicName: session.publicName } satisfies PublishAnswer },
  };
}

const tookOver = (state: State): Outcome =>
  state.phase !== "offline" && state.broadcast.handedOver
    ? { events: [{ type: "tookOver" }], effects: [announce] }
    : nothing;

const ready = (nowMs: number): Outcome => ({ events: [{ type: "ready", atMs: nowMs }], effects: [announce] });

/** Asks another node, which may reach nginx. If another node was asked already, nginx and its encoders count as gone. */
const ingestSilent = (state: State & OnAir, nowMs: number): Outcome =>
  isRecent(state.silentAtMs, nowMs) ? encoderLost(state, nowMs, true) : handElsewhere(state, "nginx is silent", nowMs);

/** Answers a publish hook that still waits before its session is given up. */
const unparked = (state: State): Pick<Outcome, "answers"> =>
  isOnAir(state) && state.awaitsPull
    ? { answers: { [awaiting(state.session)]: { publicName: state.session.publicName } satisfies PublishAnswer } }
    : {};

const encoderLost = (state: State, nowMs: number, drop: boolean): Outcome => ({
  events: [{ type: "encoderLost", atMs: nowMs, drop }],
  effects: [announce],
  ...unparked(state),
});

const ended = (nowMs: number, drop: boolean): Outcome => ({
  events: [{ type: "ended", atMs: nowMs, keepUntilMs: nowMs + OVER_KEPT_MS, drop }],
  effects: [announce],
});

function stop(state: State, nowMs: number): Outcome {
  if (state.phase === "offline") throw new Refusal("not_publishing");
  return { ...ended(nowMs, true), ...unparked(state) };
}

function health(state: State): BroadcastHealth {
  const air = isOnAir(state) ? state : null;
  const broadcast = state.phase === "offline" ? null : state.broadcast;
  const source = air?.source;
  return {
    phase: state.phase,
    broadcastId: broadcast?.id ?? null,
    startedAt: broadcast?.liveAtMs ? new Date(broadcast.liveAtMs).toISOString() : null,
    encoder: air?.session.encoder ?? null,
    width: source?.width ?? null,
    height: source?.height ?? null,
    fps: source?.fps ?? null,
    bitrateKbps: source?.bitrateKbps ?? null,
    keyframeIntervalMs: source?.keyframeIntervalMs ?? null,
    audio: source?.audioCodec ?? null,
    restarts: air ? air.attempt - 1 : 0,
    problem: air?.problem ?? null,
    warnings: air?.warnings ?? [],
  };
}
