// How hls.js is set: low latency, and retry counts that outlive an owner's change. Measured against killed owners, encoders and edges.

import type { HlsConfig, LoadPolicy } from "hls.js";

const NEVER_TIMED_OUT = { maxNumRetry: 1_000, retryDelayMs: 0, maxRetryDelayMs: 0 };
const PATIENT = { maxNumRetry: 1_000, retryDelayMs: 500, maxRetryDelayMs: 2_000 };

const policy = (firstByteMs: number): LoadPolicy => ({
  default: {
    maxTimeToFirstByteMs: firstByteMs,
    maxLoadTimeMs: 20_000,
    timeoutRetry: NEVER_TIMED_OUT,
    errorRetry: PATIENT,
  },
});

/** Seconds behind the newest part that the player aims at: three parts of 0.5 s. */
const TARGET_LATENCY_SECONDS = 1.5;
/** Further behind than this it jumps, unless the viewer went back on purpose. */
export const LATENCY_SECONDS_MAX = 8;
/** Catching up is done by playing this much faster; at 1 the player would never come nearer than it began. */
export const CATCH_UP_RATE = 1.15;

export const settings: Partial<HlsConfig> = {
  lowLatencyMode: true,
  liveSyncDuration: TARGET_LATENCY_SECONDS,
  liveMaxLatencyDuration: LATENCY_SECONDS_MAX,
  liveSyncOnStallIncrease: 0,
  maxLiveSyncPlaybackRate: CATCH_UP_RATE,
  backBufferLength: 30,
  // Holes: a fill of GAP segments is crossed by a seek, and a short last part must not be skipped.
  maxBufferHole: 0.5,
  nudgeMaxRetry: 20,
  detectStallWithCurrentTimeMs: 400,
  highBufferWatchdogPeriod: 0.5,
  maxFragLookUpTolerance: 0.05,
  ignorePlaylistParsingErrors: true,
  // Begin with the best picture that 4 Mbit/s carry, then measure.
  abrEwmaDefaultEstimate: 4_000_000,
  enableWorker: false, // Our segments are fMP4: there is nothing to transmux.
  // The multivariant playlist is asked again by recovery.ts, which also asks whether the channel is still on air.
  manifestLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 20_000,
      maxLoadTimeMs: 20_000,
      timeoutRetry: NEVER_TIMED_OUT,
      errorRetry: { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 2_000 },
    },
  },
  playlistLoadPolicy: policy(20_000),
  fragLoadPolicy: policy(10_000),
};
