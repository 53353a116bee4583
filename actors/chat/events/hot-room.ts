// When a room is too hot to be read, and how slow it then becomes by itself. Pure: times come in as arguments.

/** Lines of the last HOT_S seconds together: above it a room is hot. */
const HOT_LINES_PER_S = 20;
const HOT_S = 5;
/** A room is calm below this rate, over CALM_S seconds. */
const CALM_LINES_PER_S = 5;
const CALM_S = 30;
/** Slow mode of a hot room; the next one while it stays hot. */
const STEPS_MS = [3_000, 10_000, 30_000, 60_000];
/** A step shows its effect only after this time. */
const SETTLE_MS = 10_000;
const SECOND_MS = 1_000;

export class HotRoom {
  /** Lines of the last CALM_S seconds, each second in its place. */
  readonly #lines = new Uint32Array(CALM_S);
  #second = 0;
  #steppedMs = Number.NEGATIVE_INFINITY;

  said(nowMs: number) {
    this.#turn(nowMs);
    this.#lines[this.#second % CALM_S]!++;
  }

  /** Nothing was said for so long that there is nothing to watch. */
  isStill(nowMs: number): boolean {
    this.#turn(nowMs);
    return this.#lines.every((lines) => lines === 0);
  }

  /** The slow mode that the room should have by itself; 0: none. To be called about once a second. */
  next(nowMs: number, autoSlowMs: number): number {
    this.#turn(nowMs);
    const step = STEPS_MS.indexOf(autoSlowMs);
    if (this.#over(HOT_S) > HOT_LINES_PER_S * HOT_S && nowMs - this.#steppedMs >= SETTLE_MS)
      return this.#step(nowMs, STEPS_MS[step + 1] ?? autoSlowMs);
    if (
      autoSlowMs > 0 &&
      nowMs - this.#steppedMs >= CALM_S * SECOND_MS &&
      this.#over(CALM_S) < CALM_LINES_PER_S * CALM_S
    )
      return this.#step(nowMs, STEPS_MS[step - 1] ?? 0);
    return autoSlowMs;
  }

  #step(nowMs: number, slowMs: number) {
    this.#steppedMs = nowMs;
    return slowMs;
  }

  #over(seconds: number): number {
    let lines = 0;
    for (let back = 0; back < seconds; back++) lines += this.#lines[(this.#second + CALM_S - back) % CALM_S]!;
    return lines;
  }

  /** Empties the places of the seconds that have begun since. */
  #turn(nowMs: number) {
    const second = Math.floor(nowMs / SECOND_MS);
    const passed = Math.min(CALM_S, second - this.#second);
    for (let i = 1; i <= passed; i++) this.#lines[(second - i + 1) % CALM_S] = 0;
    if (second > this.#second) this.#second = second;
  }
}
