// What a page shows and plays: counts frames and sound, and looks whether the picture moves and has content.

import type { Page } from "playwright-core";

export interface Shown {
  frames: number;
  /** Bytes of sound decoded (Chromium). */
  soundBytes: number;
  /** Size of the video: `1280x720`; empty without one. */
  size: string;
  /** Standard deviation of the brightness: about 0 for a picture of one grey. */
  deviation: number;
  /** Mean change of the brightness between two looks: 0 for a still. */
  change: number;
  /** Longest time without a new frame, ms. */
  stillMs: number;
}

/** Watches the page's video for `forMs`. All zero without a video. */
export function lookAt(page: Page, { forMs }: { forMs: number }): Promise<Shown> {
  return page.evaluate(async (durationMs) => {
    const video = document.querySelector("video") as
      | (HTMLVideoElement & { webkitAudioDecodedByteCount?: number })
      | null;
    if (!video) return { frames: 0, soundBytes: 0, size: "", deviation: 0, change: 0, stillMs: durationMs };
    const canvas = new OffscreenCanvas(32, 18);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    const look = () => {
      if (video.videoWidth === 0) return [];
      context.drawImage(video, 0, 0, 32, 18);
      const { data } = context.getImageData(0, 0, 32, 18);
      return Array.from({ length: 32 * 18 }, (_, n) => data[n * 4 + 1]!);
    };
    const startMs = performance.now();
    const soundBefore = video.webkitAudioDecodedByteCount ?? 0;
    const before = look();
    const times = [startMs];
    let watching = true;
    const seen = (nowMs: number) => {
      times.push(nowMs);
      if (watching) video.requestVideoFrameCallback(seen);
    };
    video.requestVideoFrameCallback(seen);
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    watching = false;
    const after = look();
    const mean = after.reduce((sum, value) => sum + value, 0) / (after.length || 1);
    const variance = after.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (after.length || 1);
    const moved =
      after.reduce((sum, value, n) => sum + Math.abs(value - (before[n] ?? value)), 0) / (after.length || 1);
    const ends = [...times, performance.now()];
    return {
      frames: times.length - 1,
      soundBytes: (video.webkitAudioDecodedByteCount ?? 0) - soundBefore,
      size: video.videoWidth > 0 ? `${video.videoWidth}x${video.videoHeight}` : "",
      deviation: Math.sqrt(variance),
      change: moved,
      stillMs: Math.max(...ends.slice(1).map((at, n) => at - ends[n]!)),
    };
  }, forMs);
}
