// A map with a limit: when it is full, the entry used longest ago is evicted.

export class LruMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();

  constructor(readonly sizeMax: number) {}

  get size() {
    return this.#entries.size;
  }

  /** Counts as a use. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value) {
    this.#entries.delete(key);
    if (this.#entries.size >= this.sizeMax) this.#entries.delete(this.#entries.keys().next().value as Key);
    this.#entries.set(key, value);
  }

  delete(key: Key) {
    this.#entries.delete(key);
  }

  /** Keys, least recently used first. */
  keys() {
    return this.#entries.keys();
  }
}
