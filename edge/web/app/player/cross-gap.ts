// Crosses a gap of the playlist that the picture has come to.

import type { LevelDetails } from "hls.js";
import { bufferedAheadSeconds } from "./buffered.ts";
import { gapJump } from "./recovery.ts";

/** After a take-over the playlist has gaps that will never be filled: jumps over the one that is next, if there is. `details` null: no playlist yet. */
export function crossGap(video: HTMLVideoElement, details: LevelDetails | null) {
  // Without media hls.js has not begun yet, and its place is another one.
  if (!details || video.paused || video.ended || video.seeking || video.readyState === 0) return;
  const { fragments, partList, endSN } = details;
  const to = gapJump({
    playheadSeconds: video.currentTime,
    bufferedAheadSeconds: bufferedAheadSeconds(video),
    ranges: partList
      ? [...fragments, ...partList.filter(({ fragment: { sn } }) => typeof sn === "number" && sn > endSN)]
      : fragments,
  });
  if (to !== null) video.currentTime = to;
}
