// How late the tags of a track come, over the last five seconds in which tags came.

const BUCKET_MS = 250;
const BUCKETS = 20;
export const LATENESS_SPAN_MS = BUCKET_MS * BUCKETS;
/** A slope over less than this is noise. */
const SLOPE_SPAN_MIN_MS = 2_000;

interface Bucket {
  index: number;
  /** The least lateness in the bucket, and when that tag came. */
  lateMs: number;
  worldMs: number;
}

/**
 * The least lateness counts: what held a tag up on its way only makes it later. Time runs as tags flow (`flowMs`): a stall counts little, so
 * what was before it is not forgotten while the tags behind it catch up.
 */
export class Lateness {
  /** A ring, by index modulo its length. */
  readonly #buckets: (Bucket | undefined)[] = new Array(BUCKETS).fill(undefined);
  #newest = 0;
  #floorMs: number | null = null;

  add(lateMs: number, { worldMs, flowMs }: { worldMs: number; flowMs: number }) {
    const index = Math.floor(flowMs / BUCKET_MS);
    this.#newest = index;
    const bucket = this.#buckets[index % BUCKETS];
    if (bucket?.index === index && bucket.lateMs <= lateMs) return;
    this.#buckets[index % BUCKETS] = { index, lateMs, worldMs };
    if (this.#floorMs !== null && lateMs < this.#floorMs) this.#floorMs = lateMs;
    else if (bucket?.index !== index) this.#floorMs = this.#least(index - BUCKETS + 1, index)!.lateMs;
  }

  /** The least lateness of the last 5 s before the newest tag; null: no tag yet. */
  get floorMs(): number | null {
    return this.#floorMs;
  }

  /** The least lateness within `spanMs` before now; null: no tag came in it. */
  floorWithin(spanMs: number, flowMs: number): number | null {
    const index = Math.floor(flowMs / BUCKET_MS);
    return this.#least(index - Math.ceil(spanMs / BUCKET_MS), index)?.lateMs ?? null;
  }

  /** How much later tags get in each ms, over the whole span: 0.4 means that 0.6 s of media come in a second. Null: not known yet. */
  get slope(): number | null {
    let from = this.#newest;
    for (const bucket of this.#buckets)
      if (bucket && bucket.index > this.#newest - BUCKETS && bucket.index < from) from = bucket.index;
    const middle = Math.ceil((from + this.#newest) / 2);
    if ((this.#newest - from) * BUCKET_MS < SLOPE_SPAN_MIN_MS) return null;
    const [before, after] = [this.#least(from, middle - 1), this.#least(middle, this.#newest)];
    if (!before || !after) return null;
    // Two neighbours would make a slope of mere jitter.
    const apartMs = Math.max((middle - from) * BUCKET_MS, after.worldMs - before.worldMs);
    return (after.lateMs - before.lateMs) / apartMs;
  }

  /** The track was laid elsewhere: its tags are later by this from now on, as if they had always been. */
  shift(byMs: number) {
    for (const bucket of this.#buckets) if (bucket) bucket.lateMs += byMs;
    if (this.#floorMs !== null) this.#floorMs += byMs;
  }

  #least(from: number, to: number): Bucket | null {
    let least: Bucket | null = null;
    for (const bucket of this.#buckets)
      if (bucket && bucket.index >= from && bucket.index <= to && (!least || bucket.lateMs < least.lateMs))
        least = bucket;
    return least;
  }
}
