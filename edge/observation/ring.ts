// The last hour of all plotted figures, in memory: one number for each line and each look. Its size is fixed.

export class Ring {
  readonly #times: Float64Array;
  readonly #values: Map<string, Float64Array>;
  /** Looks so far; the newest ones are kept. */
  #count = 0;

  constructor(
    private readonly capacity: number,
    lines: readonly string[],
  ) {
    this.#times = new Float64Array(capacity);
    this.#values = new Map(lines.map((line) => [line, new Float64Array(capacity)]));
  }

  /** Figures by line; null: not known. */
  add(atMs: number, figures: ReadonlyMap<string, number | null>) {
    const place = this.#count++ % this.capacity;
    this.#times[place] = atMs;
    for (const [line, values] of this.#values) values[place] = figures.get(line) ?? Number.NaN;
  }

  /** The looks after `fromMs`, oldest first, `at once` of them together: their last time, and the mean of what is known. */
  since(fromMs: number, together = 1): { times: number[]; values: Map<string, (number | null)[]> } {
    const kept = Math.min(this.#count, this.capacity);
    // Groups begin at a fixed look, so that a point does not change its value while it moves along.
    const first = this.#count - kept;
    const groups = new Map<number, number[]>();
    for (let look = first; look < this.#count; look++) {
      const place = look % this.capacity;
      if (this.#times[place]! <= fromMs) continue;
      const group = Math.floor(look / together);
      groups.set(group, [...(groups.get(group) ?? []), place]);
    }
    const places = [...groups.values()];
    return {
      times: places.map((group) => this.#times[group.at(-1)!]!),
      values: new Map(
        [...this.#values].map(([line, values]) => [
          line,
          places.map((group) => mean(group.map((place) => values[place]!))),
        ]),
      ),
    };
  }
}

function mean(values: readonly number[]): number | null {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
