// How each event changes the state of a channel.

import type { SavedMedia } from "#transcoding/packager/numbers/saved.ts";
import { evolveOnAir } from "./evolve-on-air.ts";
import {
  alwaysOf,
  type Broadcast,
  DROPPING_MAX,
  type Event,
  isOnAir,
  type Ladder,
  type State,
  UNFINISHED_MAX,
} from "./state.ts";
import { evolveRestream } from "./target-runs.ts";

export function evolve(state: State, event: Event): State {
  const { dropping, unrecorded } = state;
  switch (event.type) {
    case "published":
      return published(state, event);
    case "dropped":
      return { ...state, dropping: dropping.filter((session) => session.publicName !== event.publicName) };
    case "recorded":
      return { ...state, unrecorded: unrecorded.filter(({ id }) => id !== event.broadcastId) };
    case "kept": {
      const { unfinished = [], ...rest } = state;
      const left = unfinished.filter((id) => id !== event.broadcastId);
      return left.length > 0 ? { ...rest, unfinished: left } : rest;
    }
    case "forgotten":
      return state.phase === "offline" ? { ...state, over: null } : state;
    case "ended":
      return ended(state, event);
    case "handedOver":
    case "tookOver": {
      if (state.phase === "offline") return state;
      const { origin, untilMs } = event.type === "handedOver" ? event : { origin: "", untilMs: 0 };
      return { ...state, broadcast: { ...state.broadcast, handedOver: origin ? { origin, untilMs } : null } };
    }
    // Also in phase `lost`: the source's last pictures are cut into segments after the encoder is gone.
    case "numberOpened":
    case "segmentClosed":
      return state.phase === "offline" ? state : { ...state, broadcast: withMedia(state.broadcast, event) };
    case "clockMoved":
      return state.phase === "offline" ? state : { ...state, broadcast: { ...state.broadcast, clock: event.clock } };
    case "ladderChosen":
    case "ladderEnded":
    case "ladderKeptUp":
    case "ladderRetried":
      return withLadder(state, event);
    case "pullAttached":
      if (state.phase === "lost") return state.kept ? { ...state, kept: { ...state.kept, attached: true } } : state;
      return isOnAir(state) ? { ...state, awaitsPull: false } : state;
    case "keptPullEnded": {
      if (state.phase !== "lost") return state;
      const { kept: _, ...lost } = state;
      return lost;
    }
    case "targetsAsked":
    case "targetsListed":
    case "targetUp":
    case "targetEnded":
    case "targetsRetried":
      return state.phase === "offline" ? state : { ...state, restream: evolveRestream(state.restream, event) };
    default:
      return isOnAir(state) ? evolveOnAir(state, event) : state;
  }
}

export const reduceEvents = (state: State, events: readonly Event[]): State => events.reduce(evolve, state);

function published(state: State, { session, broadcastId, atMs, preview }: Event & { type: "published" }): State {
  const fresh: Broadcast = { id: broadcastId, liveAtMs: null, media: null, startNumber: 0 };
  // The encoder is back under the name of the pull that waited for it.
  const kept = state.phase === "lost" && state.lastSession.publicName === session.publicName ? state.kept : undefined;
  const isPreview = state.phase === "offline" ? preview : state.phase === "preview";
  return {
    ...alwaysOf(state),
    phase: isPreview ? "preview" : "starting",
    broadcast: state.phase === "offline" ? fresh : state.broadcast, // A reconnected encoder continues its broadcast.
    session,
    awaitsPull: !kept?.attached,
    attempt: kept?.attempt ?? 1,
    ...(kept?.firstAttempt !== undefined && { firstAttempt: kept.firstAttempt }),
    ...(kept?.readyAttempt !== undefined && { readyAttempt: kept.readyAttempt }),
    ...(kept?.ladder && { ladder: kept.ladder }),
    waitsSinceMs: atMs,
    failures: 0,
    pause: null,
    problem: null,
    warnings: kept?.warnings ?? [],
    ...(kept?.warnedUntilMs && { warnedUntilMs: kept.warnedUntilMs }),
    source: kept?.source ?? null,
  };
}

function ended(state: State, event: Event & { type: "ended" }): State {
  if (state.phase === "offline") return state;
  const { broadcast, dropping, unrecorded } = state;
  const { id, liveAtMs, viewers } = broadcast;
  const { atMs, why, detail = null, previewUntilMs } = event;
  const shown = liveAtMs !== null;
  const drop = event.drop && isOnAir(state) ? [...dropping, state.session] : dropping;
  const counted = viewers && { viewersPeak: viewers.peak, viewersAverage: viewers.sum / viewers.counts };
  const { restream: _, ...always } = alwaysOf(state);
  const record = shown && { id, liveAtMs, endedAtMs: atMs, endReason: why, ...counted };
  return {
    ...always,
    dropping: drop.slice(-DROPPING_MAX),
    unrecorded: record ? [...unrecorded, record] : unrecorded,
    ...(shown && { unfinished: [...(state.unfinished ?? []), id].slice(-UNFINISHED_MAX) }),
    ...(previewUntilMs !== undefined && { previewUntilMs }),
    ...(shown && { lastEnd: { why, detail, atMs } }),
    phase: "offline",
    over: shown ? { broadcast, untilMs: event.keepUntilMs } : null,
  };
}

const noMedia: SavedMedia = {
  headNumber: 0,
  discontinuitySequence: 0,
  targetDurationMs: null,
  partTargetMs: null,
  window: [],
};

type MediaEvent = Event & { type: "numberOpened" | "segmentClosed" };

function withMedia(broadcast: Broadcast, event: MediaEvent): Broadcast {
  const [known, number] =
    event.type === "segmentClosed" ? [event.media, event.media.headNumber] : [broadcast.media ?? noMedia, event.number];
  const before = broadcast.media?.headNumber ?? -1;
  const media = { ...known, headNumber: Math.max(number, before, 0) };
  if (event.type === "numberOpened")
    return { ...broadcast, media, ...(event.number > before && { headAtMs: event.atMs }) };
  // What only the owner of the channel saw is not counted.
  if (event.viewers === undefined || broadcast.liveAtMs === null) return { ...broadcast, media };
  const { peak, sum, counts } = broadcast.viewers ?? { peak: 0, sum: 0, counts: 0 };
  const viewers = { peak: Math.max(peak, event.viewers), sum: sum + event.viewers, counts: counts + 1 };
  return { ...broadcast, media, viewers };
}

type LadderEvent = Event & { type: "ladderChosen" | "ladderEnded" | "ladderKeptUp" | "ladderRetried" };

function withLadder(state: State, event: LadderEvent): State {
  const { ladder } = isOnAir(state) ? state : (state.phase === "lost" && state.kept) || {};
  const next = nextLadder(ladder ?? { rungs: [], run: 0, failures: 0, pause: null }, event);
  if (isOnAir(state)) return { ...state, ladder: next };
  return state.phase === "lost" && state.kept ? { ...state, kept: { ...state.kept, ladder: next } } : state;
}

function nextLadder(ladder: Ladder, event: LadderEvent): Ladder {
  switch (event.type) {
    case "ladderChosen": {
      const { rungs, short, unplayable } = event;
      const more = { ...(short && { short }), ...(unplayable && { unplayable }) };
      return { rungs, run: ladder.run + 1, failures: 0, pause: null, ...more };
    }
    case "ladderEnded":
      return { ...ladder, run: ladder.run + 1, failures: ladder.failures + 1, pause: event.pause };
    case "ladderKeptUp":
      return { ...ladder, failures: 0 };
    case "ladderRetried":
      return { ...ladder, pause: null };
  }
}
