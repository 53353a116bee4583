// Where the time between the encoder and the viewers goes, step by step, as far as it is known.

import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { words } from "../words/studio.ts";

export interface Step {
  word: string;
  /** Null: not known. */
  ms: number | null;
  /** In place of a figure. */
  unknown: string;
}

type Known = Pick<BroadcastHealth, "latency" | "players">;

/** In the order of the way. The API has one figure for the encoder and the upload, which RTMP does not tell. */
export function latencySteps({ latency, players }: Known): Step[] | null {
  if (!latency) return null; // The channel's node is of an earlier release.
  return [
    { word: words.encoder, ms: latency.encoderToIngestMs, unknown: words.notTold },
    { word: words.upload, ms: null, unknown: words.notTold },
    { word: words.server, ms: latency.ingestToPackagerMs, unknown: words.notMeasured },
    { word: words.delivery, ms: latency.packagerToEdgeMs ?? deliveryMs(players), unknown: words.notMeasured },
    { word: words.player, ms: latency.playerBufferMs, unknown: words.notMeasured },
  ];
}

/** What is announced and not in the players' buffers yet: the difference of two medians that players report. */
function deliveryMs(players: Known["players"]): number | null {
  if (!players?.latencyMs || !players.bufferMs) return null;
  return Math.max(0, players.latencyMs.p50 - players.bufferMs.p50);
}

/** The known steps together. Null: no player reports, so that the longest step is missing. */
export function delayMs(known: Known): number | null {
  const steps = latencySteps(known);
  if (!steps || known.latency?.playerBufferMs == null) return null;
  return steps.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
}

/** `1.1 s`. */
export const secondsText = (ms: number) => words.seconds((ms / 1_000).toFixed(1));
