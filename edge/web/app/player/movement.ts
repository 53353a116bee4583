// Whether the picture moves, looked at a few times a second.

/** A picture that stands still this long while it should play shows the spinner. */
const BUFFERING_AFTER_MS = 500;
/** After moving this long, the picture counts as recovered and earlier failures are forgotten. */
const STABLE_AFTER_MS = 10_000;
/** Two looks. */
const MOVED_WITHIN_MS = 500;

export class Movement {
  isBuffering = false;
  /** It has moved for a while. */
  isStable = false;
  /** False while paused or ended. */
  wantsToPlay = false;
  private seconds = 0;
  private movedMs: number;
  private stalledMs: number;

  constructor(nowMs: number) {
    this.movedMs = nowMs;
    this.stalledMs = nowMs;
  }

  look({ paused, ended, currentTime }: Pick<HTMLVideoElement, "paused" | "ended" | "currentTime">, nowMs: number) {
    this.wantsToPlay = !paused && !ended;
    if (currentTime !== this.seconds || !this.wantsToPlay) {
      if (nowMs - this.movedMs > BUFFERING_AFTER_MS * 2) this.stalledMs = nowMs;
      this.seconds = currentTime;
      this.movedMs = nowMs;
    }
    const stillMs = nowMs - this.movedMs;
    this.isBuffering = this.wantsToPlay && stillMs >= BUFFERING_AFTER_MS;
    this.isStable = this.wantsToPlay && nowMs - this.stalledMs > STABLE_AFTER_MS && stillMs < MOVED_WITHIN_MS;
  }
}
