// Finds many words in one walk over a text (Aho and Corasick, 1975). Time: the length of the text plus the number of finds.

export class Automaton {
  /** From state and UTF-16 unit to the next state. One table, because most states have one way on. */
  readonly #next = new Map<number, number>();
  /** By state: where to go on when no way leads on, the word that ends here or -1, and the next state of that chain in which one ends. */
  readonly #fallback: number[] = [0];
  readonly #word: number[] = [-1];
  readonly #shorter: number[] = [0];

  /** Words are not empty and differ from each other. */
  constructor(words: readonly string[]) {
    // In the order of their lengths, so that a state's fallback, which is shorter, is complete.
    const level: { state: number; parent: number; unit: number }[][] = [];
    words.forEach((word, index) => {
      let state = 0;
      for (let i = 0; i < word.length; i++) {
        const unit = word.charCodeAt(i);
        let next = this.#next.get(way(state, unit));
        if (next === undefined) {
          next = this.#word.length;
          this.#next.set(way(state, unit), next);
          this.#word.push(-1);
          this.#fallback.push(0);
          this.#shorter.push(0);
          level[i] ??= [];
          level[i]!.push({ state: next, parent: state, unit });
        }
        state = next;
      }
      this.#word[state] = index;
    });
    for (const { state, parent, unit } of level.flat()) {
      const fallback = parent === 0 ? 0 : this.#step(this.#fallback[parent]!, unit);
      this.#fallback[state] = fallback;
      this.#shorter[state] = this.#word[fallback] === -1 ? this.#shorter[fallback]! : fallback;
    }
  }

  /** `found` is told the index of each word in the text, and where it ends (exclusive). */
  search(text: string, found: (word: number, end: number) => void): void {
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = this.#step(state, text.charCodeAt(i));
      let ending = this.#word[state] === -1 ? this.#shorter[state]! : state;
      for (; ending !== 0; ending = this.#shorter[ending]!) found(this.#word[ending]!, i + 1);
    }
  }

  #step(from: number, unit: number): number {
    let state = from;
    for (;;) {
      const next = this.#next.get(way(state, unit));
      if (next !== undefined) return next;
      if (state === 0) return 0;
      state = this.#fallback[state]!;
    }
  }
}

const way = (state: number, unit: number): number => state * 0x10000 + unit;
