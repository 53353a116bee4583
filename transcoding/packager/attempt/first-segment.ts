// The time that a source has for its first whole segment.

import type { Clock } from "#runtime/base/clock.ts";

/** Limit from the first bytes to the first whole segment, which ends at a keyframe or is cut after 10.45 s. Counted in steps in which something
 *  arrived: time in which the encoder was away counts nothing, and time in which this process stood still and read nothing one step at most. */
const FIRST_SEGMENT_WITHIN_STEPS = 25;
const STEP_MS = 500;

interface FirstSegment {
  there(): boolean;
  /** Called once, when no segment is there in time. */
  late(): void;
}

export class FirstSegmentDeadline {
  #arrived = false;
  #cancel = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly segment: FirstSegment,
  ) {
    this.#step(FIRST_SEGMENT_WITHIN_STEPS);
  }

  /** The source has sent something. */
  arrived() {
    this.#arrived = true;
  }

  cancel() {
    this.#cancel();
  }

  #step(left: number) {
    this.#cancel = this.clock.timer(STEP_MS, () => {
      if (this.segment.there()) return;
      const now = this.#arrived ? left - 1 : left;
      this.#arrived = false;
      if (now > 0) this.#step(now);
      else this.segment.late();
    });
  }
}
