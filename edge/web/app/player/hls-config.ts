// Configuration of hls.js: low latency, and enough retries to survive a take-over. Measured with killed owners, encoders and edges.

import type { HlsConfig, LoadPolicy } from "hls.js";
import { BITS_PER_SECOND_START } from "./early/media.ts";
import { LATENCY_SECONDS_MAX } from "./latency-mode.ts";

const RETRY_TIMEOUTS = { maxNumRetry: 1_000, retryDelayMs: 0, maxRetryDelayMs: 0 };
const RETRY_ERRORS = { maxNumRetry: 1_000, retryDelayMs: 500, maxRetryDelayMs: 2_000 };

const policy = (firstByteMs: number): LoadPolicy => ({
  default: {
    maxTimeToFirstByteMs: firstByteMs,
    maxLoadTimeMs: 20_000,
    timeoutRetry: RETRY_TIMEOUTS,
    errorRetry: RETRY_ERRORS,
  },
});

/** Distance from the live edge before the first playlist; live-edge.ts replaces it. */
const START_SECONDS_BEHIND = 1;

export const hlsConfig: Partial<HlsConfig> = {
  lowLatencyMode: true,
  startPosition: -1, // The live edge.
  liveSyncDuration: START_SECONDS_BEHIND,
  liveMaxLatencyDuration: LATENCY_SECONDS_MAX,
  liveSyncOnStallIncrease: 0,
  // hls.js catches up only while more than 1 s is buffered, and would set the rate back to 1: rate-controller.ts does it.
  maxLiveSyncPlaybackRate: 1,
  // iPhones have only ManagedMediaSource. With it hls.js starts at the live edge; native playback starts 15 s behind.
  preferManagedMediaSource: true,
  backBufferLength: 30,
  // Gaps are crossed by a seek (engine.ts), and a short last part must not be skipped.
  maxBufferHole: 0.5,
  nudgeMaxRetry: 20,
  detectStallWithCurrentTimeMs: 400,
  highBufferWatchdogPeriod: 0.5,
  maxFragLookUpTolerance: 0.05,
  ignorePlaylistParsingErrors: true,
  // Start with the best rendition within this, then measure.
  abrEwmaDefaultEstimate: BITS_PER_SECOND_START,
  enableWorker: false, // Our segments are fMP4, so there is nothing to transmux.
  // Few retries here: source.ts reloads the multivariant playlist with a new player.
  manifestLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 20_000,
      maxLoadTimeMs: 20_000,
      timeoutRetry: RETRY_TIMEOUTS,
      errorRetry: { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 2_000 },
    },
  },
  playlistLoadPolicy: policy(20_000),
  fragLoadPolicy: policy(10_000),
};
