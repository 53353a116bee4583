// Millions of latencies in a histogram of whole milliseconds.

/** Above it all latencies count as this one. */
const MS_MAX = 60_000;

/** Pairs of milliseconds and how many; ascending. */
export type LatencyCounts = [ms: number, count: number][];

export class Latencies {
  readonly #counts = new Float64Array(MS_MAX + 1);

  /** `count` of them. */
  add(ms: number, count = 1) {
    const bucket = ms <= 0 ? 0 : Math.min(MS_MAX, Math.round(ms));
    this.#counts[bucket] = this.#counts[bucket]! + count;
  }

  merge(counts: LatencyCounts) {
    for (const [ms, count] of counts) this.add(ms, count);
  }

  get counts(): LatencyCounts {
    const found: LatencyCounts = [];
    this.#counts.forEach((count, ms) => {
      if (count > 0) found.push([ms, count]);
    });
    return found;
  }

  get total(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** The latency that a `share` of all does not exceed; NaN without any. */
  quantile(share: number): number {
    const { counts, total } = this;
    let left = total * share;
    for (const [ms, count] of counts) {
      left -= count;
      if (left <= 0) return ms;
    }
    return Number.NaN;
  }

  get max(): number {
    return this.counts.at(-1)?.[0] ?? Number.NaN;
  }
}

/** Latencies of the lines that are said within a window of wall time. */
export class MeasuredWindow {
  latencies = new Latencies();
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.POSITIVE_INFINITY;

  /** Begins anew. */
  open({ fromMs, toMs }: { fromMs: number; toMs: number }) {
    this.latencies = new Latencies();
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** A line was said and read at these times. */
  note(sentMs: number, readMs: number) {
    if (sentMs >= this.#fromMs && sentMs < this.#toMs) this.latencies.add(readMs - sentMs);
  }
}
