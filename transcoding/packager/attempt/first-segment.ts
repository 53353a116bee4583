// The time that a source has for its first whole segment.

import type { Clock } from "#runtime/base/clock.ts";

/** Limit from the first bytes to the first whole segment, which ends at a keyframe or is cut after 10.45 s. Counted in steps, so that time in
 *  which this process stood still and read nothing counts as one step at most. */
const FIRST_SEGMENT_WITHIN_STEPS = 25;
const STEP_MS = 500;

/** Calls `late` when no segment is there in time. Returns its cancel. */
export function awaitFirstSegment(clock: Clock, { there, late }: { there(): boolean; late(): void }): () => void {
  let cancel = () => {};
  const step = (left: number) => {
    cancel = clock.timer(STEP_MS, () => {
      if (there()) return;
      if (left > 1) step(left - 1);
      else late();
    });
  };
  step(FIRST_SEGMENT_WITHIN_STEPS);
  return () => cancel();
}
