// What is true of a channel, and how facts change it.
//
// A broadcast is what viewers see as one stream; it outlives a dropped connection.
// A session is one RTMP connection. An attempt is one FFmpeg process.

import { type SessionRef, type SourceProblem, sessionKey } from "#schema/wire/channel.ts";
import type { SavedMedia, SourceInfo } from "#transcoding/packager/numbers/saved.ts";

export interface Session extends SessionRef {
  /** What nginx renames the stream to; random, never the key. */
  publicName: string;
  /** Lets our own FFmpeg pull, and nobody else. */
  pullToken: string;
  /** Database time of on_publish: RTMP timestamp 0 on the wall clock. */
  publishedAtMs: number;
  /** When nginx asked, by its own machine's clock; absent where it does not tell. */
  hookAtMs?: number;
  encoder: string;
}

export interface Broadcast {
  id: string;
  /** When viewers first could see it; null before. */
  liveAtMs: number | null;
  /** The numbers that never go back (design §4.8). Null before the first segment. */
  media: SavedMedia | null;
  /** Lowest segment number this owner may open. */
  startNumber: number;
  /** The last owner handed it over while it ran: until something of the new one is listed, viewers read there. */
  handedOver?: { origin: string; untilMs: number } | null;
}

/** Why no FFmpeg runs although somebody publishes. `untilMs` null: until the next publish. */
export interface Pause {
  untilMs: number | null;
}

/** Why this node is not the one for it. */
export type Unfit = "pulls fail" | "nginx is silent";

export interface OnAir {
  broadcast: Broadcast;
  session: Session;
  /** The publish hook has not been answered: our own pull is not attached yet. */
  awaitsPull: boolean;
  attempt: number;
  /** Since when we wait for the first full segment, over all attempts until one of them gave up. */
  waitsSinceMs: number;
  /** Attempts in a row that ended before their first full segment. */
  failures: number;
  /** Those at the end of them that got nothing out of nginx. Absent: none. */
  pullsFailed?: number;
  /** When another node was last asked for, since this one cannot pull. */
  unfitAtMs?: number;
  /** When another node was last asked for, since this one hears nothing of nginx. */
  silentAtMs?: number;
  pause: Pause | null;
  problem: SourceProblem | null;
  warnings: SourceProblem[];
  source: SourceInfo | null;
}

/** What is kept in every phase. */
export interface Always {
  /** Sessions that nginx must drop; each until it is gone. */
  dropping: Session[];
  /** When the last publishers were replaced by newer ones. */
  takeOversAtMs: number[];
  /** Broadcasts that are over and not yet written down as such. */
  unrecorded: { id: string; liveAtMs: number; endedAtMs: number }[];
}

export type State = Always &
  (
    | { phase: "offline"; over: { broadcast: Broadcast; untilMs: number } | null }
    | ({ phase: "starting" | "live" } & OnAir)
    | { phase: "lost"; broadcast: Broadcast; lastSession: Session; sinceMs: number }
  );

export type Event =
  | { type: "published"; session: Session; broadcastId: string; atMs: number }
  | { type: "replaced"; atMs: number }
  | { type: "unfit"; why: Unfit; atMs: number }
  | { type: "pullAttached" }
  | { type: "ready"; atMs: number }
  | { type: "numberOpened"; number: number }
  | { type: "segmentClosed"; media: SavedMedia }
  | { type: "sourceSeen"; info: SourceInfo }
  | { type: "warned"; problem: SourceProblem }
  | { type: "failed"; problem: SourceProblem | null; pause: Pause | null; pulled: boolean }
  | { type: "retried"; atMs: number }
  | { type: "encoderLost"; atMs: number; drop: boolean }
  | { type: "ended"; atMs: number; keepUntilMs: number; drop: boolean }
  | { type: "forgotten" }
  | { type: "handedOver"; origin: string; untilMs: number }
  /** Something of this owner is listed, or its time is over. */
  | { type: "tookOver" }
  | { type: "dropped"; publicName: string }
  | { type: "recorded"; broadcastId: string };

export const initial = (): State => ({
  phase: "offline",
  over: null,
  dropping: [],
  takeOversAtMs: [],
  unrecorded: [],
});

export type OnAirState = Always & { phase: "starting" | "live" } & OnAir;

export const isOnAir = (state: State): state is OnAirState => state.phase === "starting" || state.phase === "live";

export const isOf = (state: State, session: SessionRef) =>
  isOnAir(state) && sessionKey(state.session) === sessionKey(session);

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
        broadcast: state.phase === "offline" ? fresh : state.broadcast, // A publisher who comes back goes on.
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
    // Also while it is lost: what FFmpeg still had was cut into segments after the encoder was gone.
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
      // Nothing was ever shown: nothing is waited for.
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
