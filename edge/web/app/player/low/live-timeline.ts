// Places live media on the timeline of the element: a head says when its media time 0 was, and all heads have one timeline.

export class LiveTimeline {
  /** Of the first head; null: none has come. */
  private firstClockMs: number | null = null;

  /** `firstOffsetSeconds`: what the first head's media times are moved by. Default: 0. */
  constructor(private readonly firstOffsetSeconds = 0) {}

  /** `timestampOffset` for the media of a head with this `clockMs`, seconds. */
  offsetSeconds(clockMs: number): number {
    this.firstClockMs ??= clockMs;
    return this.firstOffsetSeconds + (clockMs - this.firstClockMs) / 1_000;
  }

  /** Wall time of the server at a place of the timeline, ms since 1970; null: no head has come. */
  wallMs(seconds: number): number | null {
    return this.firstClockMs === null ? null : this.firstClockMs + (seconds - this.firstOffsetSeconds) * 1_000;
  }
}
