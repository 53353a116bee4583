// How late live media reaches this viewer: the lag of each part, and the lag that the picture needs so that no part comes too late.

/** A part arrived: `atMs` on any steady clock, `startSeconds` the media time at which the part begins. */
export interface Arrival {
  atMs: number;
  startSeconds: number;
}

const BUCKET_MS = 5_000;
/** One minute is remembered. */
const BUCKETS_MAX = 12;
/** What arrives in the first 10 s shares the link with the page itself and with a change of quality; it is remembered for 15 s. */
const START_MS = 10_000;
const START_BUCKETS_MAX = 3;
/** An arrival this much later than the earliest is an outage of the server or the encoder; no buffer is meant to bridge it. */
const SPREAD_SECONDS_MAX = 4;
/** When arrivals stay that late for this long, the media have another clock than before. */
const OUTAGE_MS_MAX = 5_000;

/** Lag: seconds of the clock less seconds of the media. Only differences between lags mean something. */
export const lagSeconds = (atMs: number, mediaSeconds: number) => atMs / 1_000 - mediaSeconds;

interface Bucket {
  number: number;
  /** First bucket number in which it is forgotten. */
  forgotten: number;
  worst: number;
  best: number;
}

/**
 * Remembers the worst lag of each 5 s for a minute, of the first ones for 15 s.
 * A picture whose own lag is smaller than the lag of an arriving part would have stood still.
 */
export class Arrivals {
  private buckets: Bucket[] = [];
  private firstMs: number | null = null;
  private lateSinceMs: number | null = null;
  private expectedSeconds = 0;

  add({ atMs, startSeconds }: Arrival) {
    const lag = lagSeconds(atMs, startSeconds);
    if (this.isOutage(atMs, lag)) return;
    const number = Math.floor(atMs / BUCKET_MS);
    const last = this.buckets.at(-1);
    if (last?.number === number) {
      last.worst = Math.max(last.worst, lag);
      last.best = Math.min(last.best, lag);
      return;
    }
    this.firstMs ??= atMs;
    const keptFor = atMs - this.firstMs < START_MS ? START_BUCKETS_MAX : BUCKETS_MAX;
    this.buckets.push({ number, forgotten: number + keptFor, worst: lag, best: lag });
    this.buckets = this.buckets.filter(({ forgotten }) => forgotten > number);
  }

  /** Jitter to reckon with until a minute of arrivals was seen. */
  expect(jitterSeconds: number) {
    this.expectedSeconds = jitterSeconds;
  }

  /**
   * The lag that covers all arrivals of the last minute but those of the worst 5 s: a single hiccup does not keep a viewer behind.
   * Null before the first arrival.
   */
  neededLag(): number | null {
    const best = this.bestLag();
    if (best === null) return null;
    const worst = this.buckets.map((bucket) => bucket.worst).sort((a, b) => b - a);
    const expected = this.buckets.length < BUCKETS_MAX - START_BUCKETS_MAX ? this.expectedSeconds : 0;
    return Math.max(worst[1] ?? worst[0] ?? best, best + expected);
  }

  /** Seconds between the earliest and the needed lag. */
  jitterSeconds(): number {
    const best = this.bestLag();
    return best === null ? this.expectedSeconds : (this.neededLag() ?? best) - best;
  }

  /** After a seek, a pause or a new source, earlier lags say nothing. */
  forget() {
    this.buckets = [];
    this.firstMs = null;
    this.lateSinceMs = null;
  }

  private isOutage(atMs: number, lag: number): boolean {
    const best = this.bestLag();
    if (best === null || lag - best <= SPREAD_SECONDS_MAX) {
      this.lateSinceMs = null;
      return false;
    }
    this.lateSinceMs ??= atMs;
    if (atMs - this.lateSinceMs < OUTAGE_MS_MAX) return true;
    this.forget();
    return false;
  }

  private bestLag(): number | null {
    return this.buckets.length === 0 ? null : Math.min(...this.buckets.map((bucket) => bucket.best));
  }
}
