// The rules of a channel: one small function for each message, all pure.

import { Refusal } from "#runtime/actor/actor.ts";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { type PublishAnswer, type SessionRef, sessionKey } from "#schema/wire/channel.ts";
import { exited, failedBy, handElsewhere, isRecent, withoutPicture } from "./attempts.ts";
import type { Effect, Fresh, Message, Outcome, Publish } from "./messages.ts";
import { type Event, isOf, isOnAir, type OnAir, type Session, type State } from "./state.ts";

/** Viewers read at the old owner for at most this long after a hand-over, while the new one lists nothing of its own. */
export const HANDED_OVER_MS = 5_000;
/** ENDLIST stays readable for so long. */
const OVER_KEPT_MS = 60_000;
/** After so many take-overs within the window the incumbent stays: two encoders with one key must not fight for ever. */
const TAKE_OVERS_MAX = 3;
const TAKE_OVERS_WINDOW_MS = 60_000;
/** nginx itself waits no longer for its hooks: what seems older than that comes from another clock. */
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
      // Only looked for and not found: should nginx still have it, it must come back, since nobody pulls it any more.
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

/** True when the message speaks of the session that is on now. What comes late from an old one is dropped. */
function ofSession(state: State, { session }: { session: string }): state is State & OnAir {
  return isOnAir(state) && sessionKey(state.session) === session;
}

/** True when the message speaks of the FFmpeg that runs now, or of the pause before it. */
function ofAttempt(state: State, message: { session: string; attempt: number }): state is State & OnAir {
  return ofSession(state, message) && state.attempt === message.attempt;
}

const ofBroadcast = (state: State, { broadcastId }: { broadcastId: string }) =>
  state.phase !== "offline" && state.broadcast.id === broadcastId;

/** The request waits under this name until our own pull is attached. */
const awaiting = (session: SessionRef) => `publish ${sessionKey(session)}`;

function publish(state: State, message: Publish & { fresh: Fresh }, nowMs: number): Outcome {
  const { session: ref, hookAtMs, encoder, fresh } = message;
  if (isOnAir(state) && isOf(state, ref)) {
    // The hook may arrive twice.
    if (state.awaitsPull) return { park: awaiting(ref) };
    return { reply: { publicName: state.session.publicName } satisfies PublishAnswer };
  }
  // A hook that was long under way, or comes a second time.
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
  // That nginx was started anew, and its encoders come back: nobody is taken over.
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
    // From now on the incumbent stays: whoever looks at the dashboard is told, the other one is refused.
    events: [{ type: "replaced", atMs: nowMs }, published, ...(recent.length + 1 >= TAKE_OVERS_MAX ? [fought] : [])],
    effects: [announce],
    // Should the old one's hook still wait, its encoder is dropped anyway.
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

/** Within one start of one nginx its own numbering tells; else the time at which nginx asked, as far as clocks can be believed. */
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

/** Another node may hear it; if that one does not either, nginx is gone, and its encoders with it. */
const ingestSilent = (state: State & OnAir, nowMs: number): Outcome =>
  isRecent(state.silentAtMs, nowMs) ? encoderLost(state, nowMs, true) : handElsewhere(state, "nginx is silent", nowMs);

/** A hook that still waits is answered before its session is given up. */
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
