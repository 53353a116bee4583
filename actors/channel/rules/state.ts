// The state of a channel, and the events that change it (evolve.ts applies them).
//
// A broadcast is what viewers see as one stream. It outlives a dropped connection.
// A session is one RTMP connection. An attempt is one FFmpeg process.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { type SessionRef, sessionKey } from "#schema/wire/channel.ts";
import type { SavedMedia, SourceInfo } from "#transcoding/packager/numbers/saved.ts";

export interface Session extends SessionRef {
  /** The name that nginx gives the stream: random, never the stream key. */
  publicName: string;
  /** Secret that only our own FFmpeg has, to be allowed to pull. */
  pullToken: string;
  /** Database time of on_publish: RTMP timestamp 0 on the wall clock. */
  publishedAtMs: number;
  /** When nginx called the hook, by the clock of its machine. Absent when nginx sends no time. */
  hookAtMs?: number;
  encoder: string;
}

export interface Broadcast {
  id: string;
  /** When viewers could first see the broadcast; null before. */
  liveAtMs: number | null;
  /** The media state with numbers that never go back (design §4.8). Null before the first segment. */
  media: SavedMedia | null;
  /** Lowest segment number this owner may open. */
  startNumber: number;
  /** Set after a hand-over: viewers read at the last owner's origin until the new owner lists media of its own. */
  handedOver?: { origin: string; untilMs: number } | null;
}

/** No FFmpeg runs although an encoder publishes. `untilMs` null: until the next publish. */
export interface Pause {
  untilMs: number | null;
}

/** Why this node cannot run the channel. */
export type Unfit = "pulls fail" | "nginx is silent";

export interface OnAir {
  broadcast: Broadcast;
  session: Session;
  /** The publish hook still waits for its answer, since our own pull is not attached yet. */
  awaitsPull: boolean;
  attempt: number;
  /** Start of the wait for the first full segment. Attempts that end do not reset it; a retry after a pause does. */
  waitsSinceMs: number;
  /** Attempts in a row that ended before their first full segment. */
  failures: number;
  /** How many of the latest failures in a row got nothing from nginx. Absent: none. */
  pullsFailed?: number;
  /** When another node was last asked because this node cannot pull. */
  unfitAtMs?: number;
  /** When another node was last asked because nginx does not answer this node. */
  silentAtMs?: number;
  pause: Pause | null;
  problem: SourceProblem | null;
  warnings: SourceProblem[];
  source: SourceInfo | null;
}

/** The fields of every phase. */
export interface Always {
  /** Sessions that nginx must drop. Each stays here until it is gone. */
  dropping: Session[];
  /** Times of the latest take-overs. */
  takeOversAtMs: number[];
  /** Ended broadcasts whose end is not yet written to the list of broadcasts. */
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
  /** The new owner lists media of its own, or HANDED_OVER_MS is over. */
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

/** The current broadcast, or one that has ended and is still readable. */
export const broadcastOf = (state: State): Broadcast | null =>
  state.phase === "offline" ? (state.over?.broadcast ?? null) : state.broadcast;
