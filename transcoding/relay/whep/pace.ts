// How fast packets go to one viewer: an ordinary picture at once, a keyframe in some milliseconds, a whole group of pictures in some tenths of a
// second, so that no buffer in between overflows.

const BURST_BYTES = 64 * 1024;
const RATE_MIN_BPS = 40_000_000;
/** Times the rate of the media: who is behind must catch up. */
const RATE_TIMES = 6;

export class Pace {
  #tokens = BURST_BYTES;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** 0: more may be sent. Else how long to wait, ms. */
  waitMs(nowMs: number, mediaBps: number): number {
    const bytesPerMs = Math.max(RATE_MIN_BPS, RATE_TIMES * mediaBps) / 8_000;
    this.#tokens = Math.min(BURST_BYTES, this.#tokens + (nowMs - this.#atMs) * bytesPerMs);
    this.#atMs = nowMs;
    return this.#tokens > 0 ? 0 : Math.max(1, -this.#tokens / bytesPerMs);
  }

  /** May take more than there is: what is sent is a whole picture. */
  take(bytes: number) {
    this.#tokens -= bytes;
  }
}
