// Configuration of hls.js: low latency, and enough retries to survive a take-over. Measured with killed owners, encoders and edges.

import type { HlsConfig, LoadPolicy } from "hls.js";

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

/** Target latency: seconds behind the newest part, three parts of 0.5 s. */
const TARGET_LATENCY_SECONDS = 1.5;
/** At a higher latency the player jumps to live, unless the viewer went back on purpose. */
export const LATENCY_SECONDS_MAX = 8;
/** Playback rate for catching up; with 1 the latency would never shrink. */
export const CATCH_UP_RATE = 1.15;

export const hlsConfig: Partial<HlsConfig> = {
  lowLatencyMode: true,
  liveSyncDuration: TARGET_LATENCY_SECONDS,
  liveMaxLatencyDuration: LATENCY_SECONDS_MAX,
  liveSyncOnStallIncrease: 0,
  maxLiveSyncPlaybackRate: CATCH_UP_RATE,
  backBufferLength: 30,
  // Gaps are crossed by a seek (engine.ts), and a short last part must not be skipped.
  maxBufferHole: 0.5,
  nudgeMaxRetry: 20,
  detectStallWithCurrentTimeMs: 400,
  highBufferWatchdogPeriod: 0.5,
  maxFragLookUpTolerance: 0.05,
  ignorePlaylistParsingErrors: true,
  // Start with the best rendition for 4 Mbit/s, then measure.
  abrEwmaDefaultEstimate: 4_000_000,
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
