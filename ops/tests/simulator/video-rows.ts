// The rows of one recording in the simulated PostgreSQL.

import type { SegmentEntry } from "#schema/queries/videos/recording.ts";

const SAME_MS = 50;

export class VideoRows {
  /** First number of each owner, by epoch. */
  readonly owners = new Map<number, number>();
  readonly segments = new Map<string, SegmentEntry>();
  finished = 0;

  /** An owner that came after `epoch` has this number. */
  isTaken(epoch: number, number: number): boolean {
    return [...this.owners].some(([by, first]) => by > epoch && first <= number);
  }

  /** A later owner has media from before that time on. */
  isMadeAgain({ rendition, epoch, atMs }: SegmentEntry): boolean {
    return [...this.segments.values()].some(
      (row) => row.rendition === rendition && row.epoch > epoch && row.media !== null && row.atMs <= atMs + SAME_MS,
    );
  }

  supersede({ rendition, number, epoch, atMs }: SegmentEntry) {
    for (const [at, row] of this.segments)
      if (row.rendition === rendition && row.number < number && row.epoch < epoch && row.atMs >= atMs - SAME_MS)
        this.segments.delete(at);
  }
}
