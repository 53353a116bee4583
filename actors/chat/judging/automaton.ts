// Finds many words in one walk over a text (Aho and Corasick, 1975). Time: the length of the text plus the number of finds. The ways between
// states stand in flat tables: a walk makes no objects.

export class Automaton {
  readonly #classes: UnitClasses;
  readonly #ways: Ways;
  /** By state: where to go on when no way leads on, the word that ends here or -1, and the next state of that chain in which one ends. */
  readonly #fallback: Int32Array;
  readonly #word: Int32Array;
  readonly #shorter: Int32Array;

  /** Words are not empty and differ from each other. */
  constructor(words: readonly string[]) {
    this.#classes = new UnitClasses(words);
    const ways: Way[] = [];
    const next = new Map<number, number>();
    const word: number[] = [-1];
    // In the order of their lengths, so that a state's fallback, which is shorter, is complete.
    const level: { state: number; parent: number; unit: number }[][] = [];
    words.forEach((one, index) => {
      let state = 0;
      for (let i = 0; i < one.length; i++) {
        const unit = this.#classes.of(one.charCodeAt(i));
        const way = state * UNITS + unit;
        let to = next.get(way);
        if (to === undefined) {
          to = word.length;
          next.set(way, to);
          ways.push({ state, unit, next: to });
          word.push(-1);
          level[i] ??= [];
          level[i]!.push({ state: to, parent: state, unit });
        }
        state = to;
      }
      word[state] = index;
    });
    this.#word = Int32Array.from(word);
    this.#fallback = new Int32Array(word.length);
    this.#shorter = new Int32Array(word.length);
    this.#ways = new Ways(ways);
    for (const { state, parent, unit } of level.flat()) {
      const fallback = parent === 0 ? 0 : this.#step(this.#fallback[parent]!, unit);
      this.#fallback[state] = fallback;
      this.#shorter[state] = this.#word[fallback] === -1 ? this.#shorter[fallback]! : fallback;
    }
  }

  /** `units`: UTF-16. `found` is told the index of each word in the text, and where it ends (exclusive). */
  search(units: Uint16Array, found: (word: number, end: number) => void): void {
    let state = 0;
    for (let i = 0; i < units.length; i++) {
      const unit = this.#classes.of(units[i]!);
      state = unit === 0 ? 0 : this.#step(state, unit);
      let ending = this.#word[state] === -1 ? this.#shorter[state]! : state;
      for (; ending !== 0; ending = this.#shorter[ending]!) found(this.#word[ending]!, i + 1);
    }
  }

  #step(from: number, unit: number): number {
    let state = from;
    while (state !== 0) {
      const next = this.#ways.from(state, unit);
      if (next !== 0) return next;
      state = this.#fallback[state]!;
    }
    return this.#ways.from(0, unit);
  }
}

const PAGE = 256;
/** More than there are UTF-16 units. */
const UNITS = 0x10001;

/** Numbers the units of words, from 1 on; 0: a unit that is in none of them. */
class UnitClasses {
  /** By the unit's high byte. */
  readonly #pages: (Uint16Array | undefined)[] = [];
  #count = 1;

  constructor(words: readonly string[]) {
    for (const word of words)
      for (let i = 0; i < word.length; i++) {
        const unit = word.charCodeAt(i);
        const page = this.#pages[unit >> 8] ?? new Uint16Array(PAGE);
        this.#pages[unit >> 8] = page;
        if (page[unit & 0xff] === 0) page[unit & 0xff] = this.#count++;
      }
  }

  of(unit: number): number {
    return this.#pages[unit >> 8]?.[unit & 0xff] ?? 0;
  }
}

/** From state and unit to the next state, which is never 0: a hash table with open addressing, half empty. */
class Ways {
  readonly #states: Int32Array;
  readonly #units: Int32Array;
  readonly #next: Int32Array;
  readonly #shift: number;

  constructor(ways: readonly Way[]) {
    const bits = Math.max(2, Math.ceil(Math.log2(ways.length + 1)) + 1);
    this.#shift = 32 - bits;
    this.#states = new Int32Array(2 ** bits);
    this.#units = new Int32Array(2 ** bits);
    this.#next = new Int32Array(2 ** bits);
    for (const { state, unit, next } of ways) {
      const at = this.#placeOf(state, unit);
      this.#states[at] = state;
      this.#units[at] = unit;
      this.#next[at] = next;
    }
  }

  /** 0: no way. */
  from(state: number, unit: number): number {
    return this.#next[this.#placeOf(state, unit)]!;
  }

  /** Where the way stands, or would. */
  #placeOf(state: number, unit: number): number {
    let at = (Math.imul(state, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> this.#shift;
    while (this.#next[at] !== 0 && (this.#states[at] !== state || this.#units[at] !== unit))
      at = (at + 1) & (this.#next.length - 1);
    return at;
  }
}

interface Way {
  state: number;
  unit: number;
  next: number;
}
