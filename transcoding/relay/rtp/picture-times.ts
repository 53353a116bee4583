// RTP timestamps of one viewer's pictures: those of the stream's clock, and never the same or an earlier one twice.
//
// What a viewer begins with lies in the past: the pictures since the newest keyframe. By the stream's clock a player would show them over
// the seconds that they took, and stay that much behind. So they follow each other in steps of STEP, the newest of them on its own time:
//
//   keyframe · · · · · · · · · newest ──── next ──── next          (stream's clock)
//                        k····newest ──── next ──── next          (timestamps)

import { timestampOf } from "./rtp-header.ts";

/** Ticks per second. */
export const VIDEO_CLOCK = 90_000;
const STEP_TICKS = 90;
/** A clock that goes back by less is caught up by steps; by more, it is another clock. */
const BACK_TICKS_MAX = 30 * VIDEO_CLOCK;

export class PictureTimes {
  #last: number | null = null;

  /** `base`: added to the stream's clock, so that timestamps begin anywhere (RFC 3550 §5.1). */
  constructor(private readonly base: number) {}

  /** So many pictures come at once, up to one of that time. */
  catchUp({ pictures, newestTicks }: { pictures: number; newestTicks: number }) {
    this.#last = Math.max(this.#last ?? Number.NEGATIVE_INFINITY, newestTicks - pictures * STEP_TICKS);
  }

  /** Null: the clock is not the one of the pictures before. `ticks`: of the stream's clock. */
  next(ticks: number): number | null {
    const earliest = this.#last === null ? ticks : this.#last + STEP_TICKS;
    if (earliest - ticks > BACK_TICKS_MAX) return null;
    this.#last = Math.max(ticks, earliest);
    return timestampOf(this.#last + this.base);
  }

  /** The timestamp of a time of the stream's clock, for reports. */
  timestampAt(ticks: number): number {
    return timestampOf(Math.round(ticks) + this.base);
  }
}
