// How much of a video element's buffer lies ahead of the playhead.

/** A hole of this length before a range does not count: the player jumps over it. */
const HOLE_SECONDS_MAX = 0.5;

/** 0 when the playhead is in no range. */
export function bufferedAheadSeconds({
  buffered,
  currentTime,
}: Pick<HTMLVideoElement, "buffered" | "currentTime">): number {
  for (let range = 0; range < buffered.length; range++)
    if (buffered.start(range) <= currentTime + HOLE_SECONDS_MAX && currentTime < buffered.end(range))
      return buffered.end(range) - currentTime;
  return 0;
}

/** It plays, and has what it needs for that. */
export const isMoving = ({ paused, ended, readyState }: Pick<HTMLVideoElement, "paused" | "ended" | "readyState">) =>
  !paused && !ended && readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
