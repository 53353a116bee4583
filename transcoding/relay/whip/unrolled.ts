// Counters that start again at 0 (sequence numbers, timestamps), counted on without an end.

export class Unrolled {
  readonly #span: number;
  #newest: number | null = null;

  /** `bits`: of the counter, up to 32. */
  constructor(bits: number) {
    this.#span = 2 ** bits;
  }

  /** The value nearest to the newest one that this may stand for. The first stands for itself. Not below the first by more than a turn. */
  near(value: number): number {
    if (this.#newest === null) return value;
    const turns = Math.round((this.#newest - value) / this.#span);
    return value + turns * this.#span;
  }

  /** As `near`; what follows is counted from the highest that was taken. */
  take(value: number): number {
    const found = this.near(value);
    this.#newest = Math.max(this.#newest ?? found, found);
    return found;
  }
}
