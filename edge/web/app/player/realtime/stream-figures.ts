// How far behind a picture by WebRTC is, how often it stands, and what comes: of the browser's statistics of its connection.

import type { LiveStats } from "../live-edge.ts";

/** As `getStats` gives it, of the pictures and of the way they take. Browsers leave out what they do not measure. */
export interface StreamReport {
  /** Of pictures and sound. */
  packets?: number;
  framesDecoded?: number;
  freezeCount?: number;
  totalFreezesDuration?: number;
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
  /** NTP or Unix time, ms, of the picture that is shown, by the sender's clock. */
  estimatedPlayoutTimestamp?: number;
  /** Of the connection, seconds. */
  currentRoundTripTime?: number;
}

/** Between 1900 and 1970. */
const NTP_MS = 2_208_988_800_000;
/** A clock that says more than this beyond what is known of the way is wrong. */
const DELIVERY_SECONDS_MAX = 5;

/** The two parts of a report that count. */
export function reportIn(stats: RTCStatsReport): StreamReport {
  const report: StreamReport = {};
  let packets = 0;
  for (const one of stats.values() as Iterable<Record<string, unknown>>) {
    if (one.type === "inbound-rtp") packets += Number(one.packetsReceived ?? 0);
    if (one.type === "inbound-rtp" && one.kind === "video") Object.assign(report, one);
    if (one.type === "candidate-pair" && one.nominated === true && typeof one.currentRoundTripTime === "number")
      report.currentRoundTripTime = one.currentRoundTripTime;
  }
  return { ...report, packets };
}

export class StreamFigures {
  private before: Required<Pick<StreamReport, "jitterBufferDelay" | "jitterBufferEmittedCount">> = {
    jitterBufferDelay: 0,
    jitterBufferEmittedCount: 0,
  };
  private bufferSeconds = 0;

  /** Call it a few times a second. `serverMs`: the server's clock now. */
  take(report: StreamReport, serverMs: number): LiveStats {
    const { jitterBufferDelay = 0, jitterBufferEmittedCount = 0, currentRoundTripTime = 0 } = report;
    const frames = jitterBufferEmittedCount - this.before.jitterBufferEmittedCount;
    if (frames > 0) this.bufferSeconds = (jitterBufferDelay - this.before.jitterBufferDelay) / frames;
    this.before = { jitterBufferDelay, jitterBufferEmittedCount };
    const behindEdgeSeconds = this.bufferSeconds + currentRoundTripTime / 2;
    return {
      behindEdgeSeconds,
      glassSeconds: glassSeconds(report.estimatedPlayoutTimestamp, serverMs, behindEdgeSeconds),
      bufferSeconds: this.bufferSeconds,
      targetSeconds: this.bufferSeconds,
      rate: 1,
      stalls: report.freezeCount ?? 0,
      stalledMs: Math.round((report.totalFreezesDuration ?? 0) * 1_000),
      skips: null,
    };
  }
}

function glassSeconds(playoutMs: number | undefined, serverMs: number, behindSeconds: number): number | null {
  if (!playoutMs) return null;
  const seconds = (serverMs - (playoutMs > NTP_MS ? playoutMs - NTP_MS : playoutMs)) / 1_000;
  return seconds >= 0 && seconds < behindSeconds + DELIVERY_SECONDS_MAX ? seconds : null;
}
