// The rows of one recording in the simulated PostgreSQL.

import type { SegmentEntry } from "#schema/queries/videos/recording.ts";

export class VideoRows {
  /** First number of each owner, by epoch. */
  readonly owners = new Map<number, number>();
  readonly segments = new Map<string, SegmentEntry>();
  finished = 0;

  /** An owner that came after `epoch` has this number. */
  isTaken(epoch: number, number: number): boolean {
    return [...this.owners].some(([by, first]) => by > epoch && first <= number);
  }
}
