// The buffer that a viewer keeps beyond what the network's jitter needs: it grows after a stall and shrinks slowly.

/** At first: what timers, decoders and a short hiccup take, and half a part. A part of 0.2 s that has just arrived makes two and a half parts. */
const SECONDS_START = 0.2;
const PARTS_START = 0.5;
const GROWTH_AFTER_STALL = 1.5;
const SHRINK_PER_MINUTE = 0.05;
/** Bounds of the learned factor, and of the margin. */
const FACTOR_MIN = 0.5;
const FACTOR_MAX = 12;
const SECONDS_MAX = 3;
/** Two stalls closer together than this have one cause. */
const ONE_STALL_MS = 1_000;

/** Kept for the life of the page, so that the next source starts with what the last one taught. */
export class BufferMargin {
  private factor = 1;
  private stalledMs = Number.NEGATIVE_INFINITY;

  /** `startSeconds`: the margin at first, without what parts add. */
  constructor(private readonly startSeconds = SECONDS_START) {}

  /** The buffer ran empty while the picture was playing. */
  stalled(atMs: number) {
    if (atMs - this.stalledMs >= ONE_STALL_MS) this.factor = Math.min(FACTOR_MAX, this.factor * GROWTH_AFTER_STALL);
    this.stalledMs = atMs;
  }

  /** The picture followed the edge for `elapsedMs`. */
  passed(elapsedMs: number) {
    this.factor = Math.max(FACTOR_MIN, this.factor * (1 - SHRINK_PER_MINUTE) ** (elapsedMs / 60_000));
  }

  seconds(partSeconds: number): number {
    return Math.min(SECONDS_MAX, this.factor * (this.startSeconds + PARTS_START * partSeconds));
  }
}
