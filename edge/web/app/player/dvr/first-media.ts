// On an element that has played before, hls.js sometimes has media and does not go there: seen once in ten times on a busy machine.

import { steadyMs } from "../../clock.ts";

/** hls.js itself goes to its first media at once. */
const OUTSIDE_MS = 400;
const BEFORE_BUFFER_END_SECONDS = 0.3;

export class FirstMedia {
  /** Since when the picture stands before all media; null: it does not. */
  private sinceMs: number | null = null;

  /** Goes to `toSeconds`, or as near to it as there is media. Call it often. */
  goTo(video: HTMLVideoElement, toSeconds: () => number) {
    const { buffered, currentTime, paused, seeking } = video;
    if (paused || seeking || buffered.length === 0 || currentTime >= buffered.start(0)) {
      this.sinceMs = null;
      return;
    }
    this.sinceMs ??= steadyMs();
    if (steadyMs() - this.sinceMs < OUTSIDE_MS) return;
    const last = buffered.end(buffered.length - 1) - BEFORE_BUFFER_END_SECONDS;
    video.currentTime = Math.max(buffered.start(0), Math.min(last, toSeconds()));
  }
}
