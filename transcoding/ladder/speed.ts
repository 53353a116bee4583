// How fast a ladder encodes: what it was fed against what came out, on the session's clock.

/** Speed is measured over this time. */
const WINDOW_MS = 5_000;

export interface LadderSpeed {
  /** The slowest rung's newest picture is this much older than the newest picture fed. */
  lagMs: number;
  /** Media time that came out for each unit of time, over the last 5 s: below 1, the lag grows. Null: not known yet. */
  speed: number | null;
  /** Cores that the process used over the last 5 s; null: the system does not say. */
  cores: number | null;
}

interface Sample {
  atMs: number;
  outMs: number;
  cpuMs: number | null;
}

export class SpeedMeter {
  /** Newest session time that came out, by rung. */
  readonly #outMs = new Map<string, number | null>();
  #samples: Sample[] = [];

  constructor(rungs: readonly string[]) {
    for (const rung of rungs) this.#outMs.set(rung, null);
  }

  /** A fragment came out that ends at `ms`. */
  out(rung: string, ms: number) {
    this.#outMs.set(rung, Math.max(this.#outMs.get(rung) ?? 0, ms));
  }

  /** `fed`: session times of the first and the newest picture fed; null before the first. To be called each second or so. */
  measure(now: { atMs: number; cpuMs: number | null; fed: { firstMs: number; newestMs: number } | null }): LadderSpeed {
    const { atMs, cpuMs, fed } = now;
    if (!fed) return { lagMs: 0, speed: null, cores: null };
    const outMs = Math.min(...[...this.#outMs.values()].map((ms) => ms ?? fed.firstMs));
    const first = this.#samples[0];
    this.#samples.push({ atMs, outMs, cpuMs });
    this.#samples = this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
    const lagMs = Math.max(0, fed.newestMs - outMs);
    if (!first || atMs <= first.atMs) return { lagMs, speed: null, cores: null };
    const passedMs = atMs - first.atMs;
    return {
      lagMs,
      speed: (outMs - first.outMs) / passedMs,
      cores: cpuMs === null || first.cpuMs === null ? null : (cpuMs - first.cpuMs) / passedMs,
    };
  }
}
