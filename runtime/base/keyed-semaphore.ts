// A limit on concurrent work per key. Work above the limit waits for its turn, first come, first served.

interface KeyedSemaphoreOptions {
  /** Concurrent work per key. */
  concurrentMax: number;
  /** Waiting work per key. */
  waitingMax: number;
  /** The error for work above `waitingMax`. */
  full(): Error;
}

interface Slots {
  running: number;
  waiting: (() => void)[];
}

export class KeyedSemaphore {
  readonly #slots = new Map<string, Slots>();

  constructor(private readonly options: KeyedSemaphoreOptions) {}

  /** Keys with work that runs or waits. */
  get size() {
    return this.#slots.size;
  }

  /** Runs `work` once it gets its turn, and returns its outcome. */
  async run<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const { concurrentMax, waitingMax, full } = this.options;
    const slots = this.#slots.get(key) ?? { running: 0, waiting: [] };
    this.#slots.set(key, slots);
    if (slots.running < concurrentMax) slots.running++;
    else {
      if (slots.waiting.length >= waitingMax) throw full();
      await new Promise<void>((resolve) => slots.waiting.push(resolve)); // Gets the slot of the work that ended.
    }
    try {
      return await work();
    } finally {
      const next = slots.waiting.shift();
      if (next) next();
      else if (--slots.running === 0) this.#slots.delete(key);
    }
  }
}
