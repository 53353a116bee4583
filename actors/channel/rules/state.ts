// The state of a channel, and the events that change it (evolve.ts applies them).
//
// A broadcast is what viewers see as one stream. It outlives a dropped connection.
// A session is one RTMP connection. An attempt is one pull of our intake: it may outlive its session, since an encoder that comes back
// publishes under the same public name again.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { type SessionRef, sessionKey } from "#schema/wire/channel.ts";
import type { ClockState } from "#transcoding/intake/clock-state.ts";
import type { SavedMedia, SourceInfo } from "#transcoding/packager/numbers/saved.ts";
import type { Restream, RestreamEvent } from "./target-runs.ts";

export interface Session extends SessionRef {
  /** The name that nginx gives the stream: random, never the stream key. A session that continues the pull of the one before has its name. */
  publicName: string;
  /** Secret that only our own intake has, to be allowed to pull. */
  pullToken: string;
  /** Database time of on_publish. */
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
  /** When the highest number was opened, by the store's clock. An owner may list further numbers by the seconds since then, and a save that
   *  comes later says nothing of them. Absent: no number was opened, or a row of an earlier release. */
  headAtMs?: number;
  /** The session's clock as of its last jump; the next intake continues it. Absent: no intake has run yet. */
  clock?: ClockState;
  /** Viewers, counted once for each segment. Absent: not yet counted. */
  viewers?: ViewerTotals;
  /** Set after a hand-over: viewers read at the last owner's origin until the new owner lists media of its own. */
  handedOver?: { origin: string; untilMs: number } | null;
}

export interface ViewerTotals {
  peak: number;
  /** Sum of all counts, and how many there were. */
  sum: number;
  counts: number;
}

/** Why a broadcast ended. */
export type EndReason = "stopped" | "encoder_gone" | "limit";

/** Nothing runs although an encoder publishes. `untilMs` null: until the next publish. */
export interface Pause {
  untilMs: number | null;
}

/** Why this node cannot run the channel. */
export type Unfit = "pulls fail" | "nginx is silent";

/** Why browsers cannot play a source. */
export type Unplayable =
  /** As its SPS says: `chroma` is chroma_format_idc. */
  { why: "format"; chroma: number; bitDepth: number } | { why: "intra refresh" };

/** The ladder of an attempt. Its FFmpeg may end and start again without a mark on the source. */
export interface Ladder {
  /** Names, the best first. Empty: the source alone is shown. */
  rungs: string[];
  /** Number of the FFmpeg run within the attempt. */
  run: number;
  /** Runs in a row that ended early. */
  failures: number;
  pause: { untilMs: number } | null;
  /** The node has no room for more rungs. Absent: it has. */
  short?: boolean;
  /** Absent: browsers play the source. */
  unplayable?: Unplayable;
}

/** A pull that goes on while its encoder is away. */
export interface KeptPull {
  attempt: number;
  /** nginx has accepted the pull, at this owner. */
  attached: boolean;
  firstAttempt?: number;
  /** See OnAir, here and below: what is known of the source stays known, since the pull tells it once. */
  readyAttempt?: number;
  ladder?: Ladder;
  warnings?: SourceProblem[];
  warnedUntilMs?: OnAir["warnedUntilMs"];
  source?: SourceInfo | null;
}

export interface OnAir {
  broadcast: Broadcast;
  session: Session;
  /** The publish hook still waits for its answer, since our own pull is not attached yet. */
  awaitsPull: boolean;
  attempt: number;
  /** First attempt of the broadcast in this session, behind those of its preview. Absent: 1. */
  firstAttempt?: number;
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
  /** The attempt whose first full segment was playable. Absent: none yet. */
  readyAttempt?: number;
  /** Absent: not chosen yet. */
  ladder?: Ladder;
  /** When a warning about something momentary is taken back, by its code. */
  warnedUntilMs?: Partial<Record<SourceProblem["code"], number>>;
  /** How many of the latest reports in a row were over the limit of the bitrate. Absent: none. */
  reportsOverLimit?: number;
  /** No node ran this channel from `sinceMs` on, and whether nginx still has the encoder is not known yet. `shown`: what is told until
   *  then. Absent: nothing is in doubt. */
  absence?: { sinceMs: number; shown: "as it was" | "lost" | "offline" };
}

/** The fields of every phase. */
export interface Always {
  /** Sessions that nginx must drop. Each stays here until it is gone. */
  dropping: Session[];
  /** Times of the latest take-overs. */
  takeOversAtMs: number[];
  /** Ended broadcasts whose end is not yet written to the list of broadcasts. */
  unrecorded: Unrecorded[];
  /** Ended broadcasts whose recording is not finished yet. Absent: none, or a row of an earlier release. */
  unfinished?: string[];
  /** Until then a publish begins a preview, since the streamer or a limit has ended a broadcast. Absent: no such time. */
  previewUntilMs?: number;
  /** The end of the latest broadcast that viewers saw. Absent: it was written by an earlier release, or there was none. */
  lastEnd?: { why: EndReason; detail: string | null; atMs: number };
  /** Where the broadcast is forwarded to. Absent: nowhere so far. */
  restream?: Restream;
}

/** Sessions that are dropped at the same time; over it the oldest is left to nginx. */
export const DROPPING_MAX = 20;

/** Over it the oldest recording stays unfinished: it can be watched, as one that still runs. */
export const UNFINISHED_MAX = 50;

/** The fields of every phase. */
export function alwaysOf(state: State): Always {
  const { dropping, takeOversAtMs, unrecorded, unfinished, previewUntilMs, lastEnd, restream } = state;
  return {
    ...{ dropping, takeOversAtMs, unrecorded },
    ...(unfinished && { unfinished }),
    ...(previewUntilMs !== undefined && { previewUntilMs }),
    ...(lastEnd && { lastEnd }),
    ...(restream && { restream }),
  };
}

interface Unrecorded {
  id: string;
  liveAtMs: number;
  endedAtMs: number;
  /** Absent: not known. */
  endReason?: EndReason;
  viewersPeak?: number;
  viewersAverage?: number;
}

export type State = Always &
  (
    | { phase: "offline"; over: { broadcast: Broadcast; untilMs: number } | null }
    /** `preview`: only the channel owner and editors may watch, until `start`. */
    | ({ phase: "preview" | "starting" | "live" } & OnAir)
    | {
        phase: "lost";
        broadcast: Broadcast;
        lastSession: Session;
        sinceMs: number;
        /** Absent: the next session needs a pull of its own. */
        kept?: KeptPull;
      }
  );

export type Event =
  /** `preview`: a broadcast that begins with this publish is a preview. */
  | { type: "published"; session: Session; broadcastId: string; atMs: number; preview?: boolean }
  /** The preview is over: its encoder goes on in a broadcast of its own, with another pull. */
  | { type: "started"; broadcastId: string; atMs: number }
  | { type: "replaced"; atMs: number }
  | { type: "unfit"; why: Unfit; atMs: number }
  | { type: "pullAttached" }
  /** The pull that was kept for a lost encoder has ended. */
  | { type: "keptPullEnded" }
  | { type: "ready"; atMs: number }
  | { type: "numberOpened"; number: number; atMs: number }
  | { type: "segmentClosed"; media: SavedMedia; viewers?: number }
  | { type: "clockMoved"; clock: ClockState }
  | { type: "sourceSeen"; info: SourceInfo; reportsOverLimit?: number }
  /** `untilMs`: the warning is about something momentary. */
  | { type: "warned"; problem: SourceProblem; untilMs?: number }
  | { type: "unwarned"; codes: SourceProblem["code"][] }
  /** The source cannot be shown now; the attempt goes on. */
  | { type: "problemSeen"; problem: SourceProblem }
  | { type: "problemOver" }
  | { type: "ladderChosen"; rungs: string[]; short: boolean; unplayable: Unplayable | null }
  | { type: "ladderEnded"; pause: { untilMs: number } }
  | { type: "ladderKeptUp" }
  | { type: "ladderRetried" }
  | { type: "failed"; problem: SourceProblem | null; pause: Pause | null; pulled: boolean }
  | { type: "retried"; atMs: number }
  /** nginx has the encoder of a channel that nobody ran for a while. */
  | { type: "encoderSeen" }
  | { type: "encoderLost"; atMs: number; drop: boolean }
  | {
      type: "ended";
      atMs: number;
      keepUntilMs: number;
      drop: boolean;
      why: EndReason;
      detail?: string;
      previewUntilMs?: number;
    }
  | { type: "forgotten" }
  | { type: "handedOver"; origin: string; untilMs: number }
  /** The new owner lists media of its own, or HANDED_OVER_MS is over. */
  | { type: "tookOver" }
  | { type: "dropped"; publicName: string }
  | { type: "recorded"; broadcastId: string }
  | { type: "kept"; broadcastId: string }
  | RestreamEvent;

export const initial = (): State => ({
  phase: "offline",
  over: null,
  dropping: [],
  takeOversAtMs: [],
  unrecorded: [],
});

export type OnAirState = Always & { phase: "preview" | "starting" | "live" } & OnAir;

export const isOnAir = (state: State): state is OnAirState =>
  state.phase === "preview" || state.phase === "starting" || state.phase === "live";

export const isOf = (state: State, session: SessionRef) =>
  isOnAir(state) && sessionKey(state.session) === sessionKey(session);

/** The current broadcast, or one that has ended and is still readable. */
export const broadcastOf = (state: State): Broadcast | null =>
  state.phase === "offline" ? (state.over?.broadcast ?? null) : state.broadcast;

/** The present attempt has shown a full segment. */
export const isReady = ({ attempt, readyAttempt }: Pick<OnAir, "attempt" | "readyAttempt">) => readyAttempt === attempt;

/** One pull of our intake. */
export interface Pull {
  session: Session;
  attempt: number;
  broadcast: Broadcast;
  ladder: Ladder | null;
  firstAttempt?: number;
}

/** How often the source was pulled anew in this session. */
export const restartsOf = ({ attempt, firstAttempt = 1 }: Pick<Pull, "attempt" | "firstAttempt">) =>
  attempt - firstAttempt;

/** The token that a pull shows at nginx' on_play hook. It names the attempt: a late hook of an earlier one is refused. */
export const pullTokenOf = ({ session, attempt }: Pick<Pull, "session" | "attempt">) =>
  `${session.pullToken}.${attempt}`;

/** The pull that runs: of the encoder on air, or one that waits for a lost encoder. */
export function pullOf(state: State): Pull | null {
  if (state.phase === "offline") return null;
  const { broadcast } = state;
  if (state.phase !== "lost") {
    const { session, pause } = state;
    return pause ? null : { session, broadcast, ...attemptOf(state) };
  }
  const { kept, lastSession } = state;
  return kept ? { session: lastSession, broadcast, ...attemptOf(kept) } : null;
}

const attemptOf = ({ attempt, firstAttempt, ladder }: Pick<OnAir, "attempt" | "firstAttempt" | "ladder">) => ({
  attempt,
  ladder: ladder ?? null,
  ...(firstAttempt !== undefined && { firstAttempt }),
});
