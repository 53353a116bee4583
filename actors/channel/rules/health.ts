// The health of a broadcast, for its streamer.

import type { BroadcastHealth, LatencyBreakdown } from "#schema/api/broadcasts.ts";
import type { PlayersSummary } from "#schema/wire/players.ts";
import { isReplaced } from "./ladder.ts";
import { broadcastOf, isOnAir, restartsOf, type State } from "./state.ts";
import { shownPhase } from "./status.ts";

/** What the state knows; the rest is added by the node, which has the intake and the settings. */
export type HealthOfState = Omit<BroadcastHealth, "graceEndsAt" | "history" | "latency" | "players">;

export function health(state: State): HealthOfState {
  const air = isOnAir(state) ? state : null;
  const broadcast = state.phase === "offline" ? null : state.broadcast;
  const source = air?.source;
  const { lastEnd } = state;
  return {
    phase: air?.absence ? shownPhase(state) : state.phase,
    broadcastId: broadcast?.id ?? null,
    startedAt: broadcast?.liveAtMs ? new Date(broadcast.liveAtMs).toISOString() : null,
    encoder: air?.session.encoder ?? null,
    width: source?.width ?? null,
    height: source?.height ?? null,
    fps: source?.fps ?? null,
    bitrateKbps: source?.bitrateKbps ?? null,
    keyframeIntervalMs: source?.keyframeIntervalMs ?? null,
    audio: source?.audioCodec ?? null,
    restarts: air ? restartsOf(air) : 0,
    rungs: air?.ladder?.rungs ?? [],
    sourceOffered: !isReplaced(air?.ladder),
    problem: air?.problem ?? null,
    warnings: air?.warnings ?? [],
    lastEnd: lastEnd
      ? { why: lastEnd.why, detail: lastEnd.detail, endedAt: new Date(lastEnd.atMs).toISOString() }
      : null,
  };
}

/** `players` null: no player says. */
export function latencyOf(state: State, players: Pick<PlayersSummary, "bufferMs"> | null): LatencyBreakdown {
  const partTargetMs = broadcastOf(state)?.media?.partTargetMs ?? null;
  return {
    encoderToIngestMs: null,
    ingestToPackagerMs: partTargetMs === null ? null : partTargetMs / 2,
    packagerToEdgeMs: null,
    playerBufferMs: players?.bufferMs?.p50 ?? null,
  };
}

/** When the wait for a lost encoder is over. Null: none is lost. */
export const graceEndOf = (state: State, graceMs: number): string | null =>
  state.phase === "lost" ? new Date(state.sinceMs + graceMs).toISOString() : null;
