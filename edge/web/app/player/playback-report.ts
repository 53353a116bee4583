// Tells the server every 10 s how playback goes for this viewer: the last step of the latency breakdown that a streamer sees.

import { every, steadyMs } from "../clock.ts";
import { viewerName } from "../viewer-name.ts";
import type { LiveStats } from "./live-edge.ts";

export interface PlaybackReport {
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

const EVERY_MS = 10_000;
/** A server that takes no reports is asked again after this. */
const UNWANTED_MS = 300_000;
let quietUntilMs = 0;

/** `url`: the multivariant playlist; the report goes to its folder. Never throws: a lost report is no harm. */
export async function reportPlayback(url: string, report: Omit<PlaybackReport, "session">): Promise<void> {
  if (steadyMs() < quietUntilMs) return;
  try {
    const response = await fetch(new URL("playback", new URL(url, window.location.href)), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ session: viewerName(), ...report } satisfies PlaybackReport),
      credentials: "same-origin",
      keepalive: true,
    });
    if (response.status === 404 || response.status === 405) quietUntilMs = steadyMs() + UNWANTED_MS;
  } catch {
    return; // Offline; the next report says as much.
  }
}

interface Reported {
  url(): string | null;
  /** Null: nothing live is shown. */
  stats(): LiveStats | null;
  rendition(): string | null;
  video: HTMLVideoElement;
}

/** Returns a function that stops it; may be called twice. */
export function startReporting({ url, stats, rendition, video }: Reported): () => void {
  return every(EVERY_MS, () => {
    const now = stats();
    const to = url();
    if (!now || to === null || video.paused) return;
    void reportPlayback(to, {
      bufferMs: Math.round(now.bufferSeconds * 1_000),
      liveLatencyMs: Math.round(now.behindEdgeSeconds * 1_000),
      stalls: now.stalls,
      stalledMs: now.stalledMs,
      rendition: rendition(),
      droppedFrames: video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0,
    });
  });
}
