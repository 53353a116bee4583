// The limits of a broadcast, each a setting: over one a broadcast ends, or does not begin.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { SourceInfo } from "#transcoding/packager/numbers/saved.ts";
import { failedBy } from "./attempts.ts";
import { dropped } from "./endings.ts";
import type { Outcome } from "./messages.ts";
import type { OnAir, State } from "./state.ts";

/** 0: no limit. */
export interface BroadcastLimits {
  bitrateKbpsMax: number;
  /** Of the picture's longer and shorter side. */
  widthMax: number;
  heightMax: number;
  durationMsMax: number;
}

export const NO_LIMITS: BroadcastLimits = { bitrateKbpsMax: 0, widthMax: 0, heightMax: 0, durationMsMax: 0 };

/** Reports in a row over the bitrate, one each 5 s: a scene change may exceed it for a moment. */
const REPORTS_OVER_MAX = 3;

/** A report of the source, about every 5 s. */
export function sourceSeen(
  state: State & OnAir,
  info: SourceInfo,
  { limits, nowMs }: { limits: BroadcastLimits; nowMs: number },
): Outcome {
  const isOver = limits.bitrateKbpsMax > 0 && info.bitrateKbps > limits.bitrateKbpsMax;
  const reportsOverLimit = isOver ? (state.reportsOverLimit ?? 0) + 1 : 0;
  const problem =
    pictureProblem(info, limits) ??
    (reportsOverLimit >= REPORTS_OVER_MAX ? bitrateProblem(info.bitrateKbps, limits.bitrateKbpsMax) : null);
  if (!problem) return { events: [{ type: "sourceSeen", info, reportsOverLimit }] };
  // Viewers saw it: its end is part of the history. A broadcast that nobody saw waits for the streamer to change the encoder.
  if (state.broadcast.liveAtMs === null) return failedBy(problem, nowMs);
  return dropped(state, { why: "limit", detail: problem.detail, nowMs });
}

export const durationOver = (state: State, { durationMsMax }: BroadcastLimits, nowMs: number): Outcome =>
  dropped(state, {
    why: "limit",
    detail: `A broadcast may last ${hours(durationMsMax)} here: start again to begin a new one.`,
    nowMs,
  });

function pictureProblem({ width, height }: SourceInfo, { widthMax, heightMax }: BroadcastLimits): SourceProblem | null {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  if ((widthMax === 0 || long <= widthMax) && (heightMax === 0 || short <= heightMax)) return null;
  return {
    code: "over_limit",
    detail: `Your picture has ${width}x${height} pixels and ${widthMax || "any"}x${heightMax || "any"} are allowed here: in OBS lower the Output Resolution under Settings, Video.`,
  };
}

const bitrateProblem = (kbps: number, maxKbps: number): SourceProblem => ({
  code: "over_limit",
  detail: `Your encoder sends ${kbps} kbit/s and ${maxKbps} are allowed here: in OBS lower the Bitrate under Settings, Output.`,
});

const hours = (ms: number) =>
  ms >= 3_600_000 ? `${+(ms / 3_600_000).toFixed(1)} hours` : `${Math.round(ms / 60_000)} minutes`;
