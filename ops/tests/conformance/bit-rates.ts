// Peak and average segment bit rate of a rendition (RFC 8216bis §4.4.6.2).

/** Of contiguous segments whose duration together is between these shares of TARGETDURATION. */
const SHARE_MIN = 0.5;
const SHARE_MAX = 1.5;
/** Segments that are kept for the peak; the average counts all. */
const KEPT_MAX = 16;

interface Sized {
  number: number;
  bytes: number;
  durationS: number;
}

export class BitRateMeter {
  #recent: Sized[] = [];
  #bytes = 0;
  #seconds = 0;
  #peak = 0;

  /** Segments in order; a missing number ends a contiguous set. */
  add(segment: Sized, targetDurationS: number) {
    if (this.#recent.at(-1)?.number !== segment.number - 1) this.#recent = [];
    this.#recent = [...this.#recent, segment].slice(-KEPT_MAX);
    this.#bytes += segment.bytes;
    this.#seconds += segment.durationS;
    let [bytes, seconds] = [0, 0];
    for (const each of this.#recent.toReversed()) {
      bytes += each.bytes;
      seconds += each.durationS;
      if (seconds > SHARE_MAX * targetDurationS) break;
      if (seconds >= SHARE_MIN * targetDurationS) this.#peak = Math.max(this.#peak, (bytes * 8) / seconds);
    }
  }

  /** Bit/s; null before the first segment. */
  get rates(): { peak: number; average: number } | null {
    return this.#peak === 0 ? null : { peak: this.#peak, average: (this.#bytes * 8) / this.#seconds };
  }
}
