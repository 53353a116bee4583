// An encoder begins to publish: accepted, parked until our own pull is attached, or refused.

import { Refusal } from "#runtime/actor/actor.ts";
import { type SessionRef, sessionKey } from "#schema/wire/channel.ts";
import { answerOf, awaiting, encoderLost, unparked } from "./endings.ts";
import type { Effect, Fresh, Outcome, Publish } from "./messages.ts";
import { type Event, isOf, isOnAir, type OnAir, type Session, type State } from "./state.ts";

/** After this many take-overs within the window the incumbent stays: two encoders with one key must not fight for ever. */
const TAKE_OVERS_MAX = 3;
const TAKE_OVERS_WINDOW_MS = 60_000;
/** nginx waits no longer for its hooks. A larger difference means that the clocks differ. */
const HOOK_LATE_MS = 10_000;
const announce: Effect = { type: "announce" };

export function publish(state: State, message: Publish & { fresh: Fresh }, nowMs: number): Outcome {
  const { session: ref, autoStart = true, fresh } = message;
  if (isOnAir(state) && isOf(state, ref)) {
    // The hook may arrive twice.
    if (state.awaitsPull) return { park: awaiting(ref) };
    return { reply: answerOf(state.session) };
  }
  refuseLate(state, message);
  const session = sessionOf(state, message, nowMs);
  const preview = !autoStart || nowMs < (state.previewUntilMs ?? 0);
  const published: Event = { type: "published", session, broadcastId: fresh.broadcastId, atMs: nowMs, preview };
  if (!isOnAir(state)) {
    const attached =
      state.phase === "lost" && session.publicName === state.lastSession.publicName && state.kept?.attached;
    const answer = attached ? { reply: answerOf(session) } : { park: awaiting(ref) };
    return { ...answer, events: [published], effects: [announce] };
  }
  // nginx was restarted and its encoder reconnects: this is not a take-over.
  if (state.session.ingest === ref.ingest && state.session.boot !== ref.boot) {
    const { events = [], answers = {} } = encoderLost(state, nowMs, false);
    return { park: awaiting(ref), events: [...events, published], effects: [announce], answers };
  }
  return takeOver(state, { published, ref, nowMs });
}

/** Throws Refusal for a hook that was delayed, or repeated after the end of its session. */
function refuseLate(state: State, message: Publish) {
  const key = sessionKey(message.session);
  const isOver = state.phase === "lost" && sessionKey(state.lastSession) === key;
  const isDropped = state.dropping.some((session) => sessionKey(session) === key);
  if (isOver || isDropped || (isOnAir(state) && cameBefore(message, state.session)))
    throw new Refusal("take_over_limit", "a newer encoder has taken this channel over");
}

/** Compares client ids within one boot of one nginx, else the times of the hooks as far as the clocks agree. */
function cameBefore({ session, hookAtMs }: Publish, on: Session): boolean {
  if (session.ingest === on.ingest && session.boot === on.boot) return Number(session.clientId) < Number(on.clientId);
  const earlierMs = (on.hookAtMs ?? Number.NaN) - (hookAtMs ?? Number.NaN);
  return earlierMs > 0 && earlierMs <= HOOK_LATE_MS;
}

/** The new session. It has the public name of a pull that waits for this encoder: the same init and clock go on. */
function sessionOf(
  state: State,
  { session: ref, hookAtMs, encoder, fresh }: Publish & { fresh: Fresh },
  nowMs: number,
): Session {
  const waits =
    state.phase === "lost" && state.kept !== undefined && isReusable(state, ref) ? state.lastSession : fresh;
  return {
    ...ref,
    publicName: waits.publicName,
    pullToken: waits.pullToken,
    publishedAtMs: nowMs,
    ...(hookAtMs !== undefined && { hookAtMs }),
    encoder,
  };
}

/** The pull is at the nginx that has the encoder now, and nothing drops what has that name. */
const isReusable = ({ lastSession, dropping }: State & { phase: "lost" }, { ingest, boot }: SessionRef) =>
  lastSession.ingest === ingest &&
  lastSession.boot === boot &&
  !dropping.some(({ publicName }) => publicName === lastSession.publicName);

function takeOver(
  state: State & OnAir,
  { published, ref, nowMs }: { published: Event; ref: SessionRef; nowMs: number },
): Outcome {
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

/** Our pull has reached nginx, or has not in time: the hook is answered. */
export function attached(state: State): Outcome {
  if (state.phase === "lost") return state.kept?.attached === false ? { events: [{ type: "pullAttached" }] } : {};
  if (!isOnAir(state) || !state.awaitsPull) return {};
  return { events: [{ type: "pullAttached" }], ...unparked(state) };
}
