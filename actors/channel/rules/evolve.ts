// How each event changes the state of a channel.

import type { SavedMedia } from "#transcoding/packager/numbers/saved.ts";
import { type Always, type Broadcast, type Event, isOnAir, type OnAirState, type State } from "./state.ts";

const DROPPING_MAX = 20;
const TAKE_OVERS_KEPT = 10;
const WARNINGS_MAX = 10;

export function evolve(state: State, event: Event): State {
  const { dropping, takeOversAtMs, unrecorded } = state;
  const always: Always = { dropping, takeOversAtMs, unrecorded };
  switch (event.type) {
    case "published": {
      const fresh: Broadcast = { id: event.broadcastId, liveAtMs: null, media: null, startNumber: 0 };
      return {
        ...always,
        phase: "starting",
        broadcast: state.phase === "offline" ? fresh : state.broadcast, // A reconnected encoder continues its broadcast.
        session: event.session,
        awaitsPull: true,
        attempt: 1,
        waitsSinceMs: event.atMs,
        failures: 0,
        pause: null,
        problem: null,
        warnings: [],
        source: null,
      };
    }
    case "dropped":
      return { ...state, dropping: dropping.filter((session) => session.publicName !== event.publicName) };
    case "recorded":
      return { ...state, unrecorded: unrecorded.filter(({ id }) => id !== event.broadcastId) };
    case "forgotten":
      return state.phase === "offline" ? { ...state, over: null } : state;
    case "ended": {
      if (state.phase === "offline") return state;
      const { broadcast } = state;
      const { liveAtMs } = broadcast;
      const shown = liveAtMs !== null;
      const drop = event.drop && isOnAir(state) ? [...dropping, state.session] : dropping;
      return {
        dropping: drop.slice(-DROPPING_MAX),
        takeOversAtMs,
        unrecorded: shown ? [...unrecorded, { id: broadcast.id, liveAtMs, endedAtMs: event.atMs }] : unrecorded,
        phase: "offline",
        over: shown ? { broadcast, untilMs: event.keepUntilMs } : null,
      };
    }
    case "handedOver":
    case "tookOver": {
      if (state.phase === "offline") return state;
      const { origin, untilMs } = event.type === "handedOver" ? event : { origin: "", untilMs: 0 };
      return { ...state, broadcast: { ...state.broadcast, handedOver: origin ? { origin, untilMs } : null } };
    }
    // Also in phase `lost`: FFmpeg's last output is cut into segments after the encoder is gone.
    case "numberOpened":
    case "segmentClosed":
      return state.phase === "offline"
        ? state
        : { ...state, broadcast: { ...state.broadcast, media: media(state, event) } };
    default:
      return isOnAir(state) ? onAir(state, event) : state;
  }
}

const noMedia: SavedMedia = {
  headNumber: 0,
  discontinuitySequence: 0,
  targetDurationMs: null,
  partTargetMs: null,
  window: [],
};

function media(
  { broadcast }: { broadcast: Broadcast },
  event: Event & { type: "numberOpened" | "segmentClosed" },
): SavedMedia {
  const [known, number] =
    event.type === "segmentClosed" ? [event.media, event.media.headNumber] : [broadcast.media ?? noMedia, event.number];
  return { ...known, headNumber: Math.max(number, broadcast.media?.headNumber ?? 0) };
}

function onAir(state: OnAirState, event: Event): State {
  const { dropping, takeOversAtMs, unrecorded, broadcast, session } = state;
  switch (event.type) {
    case "replaced":
      return {
        ...state,
        dropping: [...dropping, session].slice(-DROPPING_MAX),
        takeOversAtMs: [...takeOversAtMs, event.atMs].slice(-TAKE_OVERS_KEPT),
      };
    case "pullAttached":
      return { ...state, awaitsPull: false };
    case "ready": {
      const liveAtMs = broadcast.liveAtMs ?? event.atMs;
      const fine = { failures: 0, pullsFailed: 0, problem: null };
      return { ...state, phase: "live", broadcast: { ...broadcast, liveAtMs }, ...fine };
    }
    case "sourceSeen":
      return { ...state, source: event.info };
    case "warned": {
      const others = state.warnings.filter(({ code }) => code !== event.problem.code);
      return { ...state, warnings: [...others, event.problem].slice(-WARNINGS_MAX) };
    }
    case "failed":
      return {
        ...state,
        problem: event.problem ?? state.problem,
        pause: event.pause,
        failures: state.failures + 1,
        pullsFailed: event.pulled ? 0 : (state.pullsFailed ?? 0) + 1,
        attempt: state.attempt + 1,
      };
    case "unfit":
      return { ...state, [event.why === "pulls fail" ? "unfitAtMs" : "silentAtMs"]: event.atMs };
    case "retried":
      return { ...state, pause: null, waitsSinceMs: event.atMs };
    case "encoderLost": {
      const drop = event.drop ? [...dropping, session].slice(-DROPPING_MAX) : dropping;
      const always: Always = { dropping: drop, takeOversAtMs, unrecorded };
      // Viewers have seen nothing, so there is no broadcast to continue.
      if (broadcast.liveAtMs === null) return { ...always, phase: "offline", over: null };
      return {
        ...always,
        phase: "lost",
        broadcast,
        lastSession: session,
        sinceMs: event.atMs,
      };
    }
    default:
      return state;
  }
}
