// What is true of a channel, and the facts that change it (how: evolve.ts).
//
// A broadcast is what viewers see as one stream; it outlives a dropped connection.
// A session is one RTMP connection. An attempt is one FFmpeg process.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { type SessionRef, sessionKey } from "#schema/wire/channel.ts";
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

/** The one that is on or lost, or over and still readable. */
export const broadcastOf = (state: State): Broadcast | null =>
  state.phase === "offline" ? (state.over?.broadcast ?? null) : state.broadcast;
