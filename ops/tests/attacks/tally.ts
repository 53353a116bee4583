// Counts what an attack sent and the answers; an attack that was not executed fails the run.

export class Tally {
  #sent = 0;
  readonly #answers = new Map<string, number>();

  sent(times = 1) {
    this.#sent += times;
  }

  answered(what: string | number, times = 1) {
    this.#answers.set(String(what), (this.#answers.get(String(what)) ?? 0) + times);
  }

  count(what: string | number): number {
    return this.#answers.get(String(what)) ?? 0;
  }

  /** Throws when too little was sent, or no answer ever came. */
  mustBeExecuted(atLeast: number) {
    if (this.#sent < atLeast) throw new Error(`not executed: ${this.#sent} sent, ${atLeast} wanted`);
    if (this.#answers.size === 0) throw new Error("not executed: nothing answered");
  }

  toString() {
    const answers = [...this.#answers].sort(([a], [b]) => a.localeCompare(b));
    return `${this.#sent} sent; ${answers.map(([what, times]) => `${times} × ${what}`).join(", ")}`;
  }
}
