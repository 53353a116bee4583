// Tells the server how playback goes for this viewer: the last step of the latency breakdown that a streamer sees.

import { steadyMs } from "../clock.ts";
import { viewerName } from "../viewer-name.ts";
import type { LiveStats } from "./live-edge.ts";

interface PlaybackReport {
  /** See viewer-name.ts: the same in the chat and in all tabs. */
  session: string;
  bufferMs: number;
  /** Distance from the end of the playlist. */
  liveLatencyMs: number;
  /** Since the session began. */
  stalls: number;
  stalledMs: number;
  /** `source`, `480p`; null while unknown. */
  rendition: string | null;
  droppedFrames: number;
}

/** A server that takes no reports is asked again after this. */
const UNWANTED_MS = 300_000;
let quietUntilMs = 0;

/** What is played now. */
interface Playing {
  /** The multivariant playlist: the report goes to its folder. Null: nothing was loaded. */
  url: string | null;
  /** Null: nothing live is shown. */
  stats: LiveStats | null;
  rendition: string | null;
  video: HTMLVideoElement;
}

/** Never rejects: a lost report is no harm. */
export async function reportPlayback({ url, stats, rendition, video }: Playing): Promise<void> {
  if (!stats || url === null || video.paused || steadyMs() < quietUntilMs) return;
  const report: PlaybackReport = {
    session: viewerName(),
    bufferMs: Math.round(stats.bufferSeconds * 1_000),
    liveLatencyMs: Math.round(stats.behindEdgeSeconds * 1_000),
    stalls: stats.stalls,
    stalledMs: stats.stalledMs,
    rendition,
    droppedFrames: video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0,
  };
  try {
    const response = await fetch(new URL("playback", new URL(url, window.location.href)), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(report),
      credentials: "same-origin",
      keepalive: true,
    });
    if (response.status === 404 || response.status === 405) quietUntilMs = steadyMs() + UNWANTED_MS;
  } catch {
    return; // Offline; the next report says as much.
  }
}
