// Many askers of one thing make one task, which is aborted when the last of them has gone.

import { Refusal } from "#runtime/actor/actor.ts";

/** Requests of this edge that wait for an origin, over all channels. */
export class Waiting {
  count = 0;
  constructor(readonly countMax: number) {}
}

interface Task<T> {
  outcome: Promise<T>;
  askers: number;
  abort: AbortController;
}

export class Collapse<T> {
  readonly #tasks = new Map<string, Task<T>>();

  /** `tasksMax`: different things under way at once. Over it, and over `waiting.countMax`, askers are refused with `busy`. */
  constructor(
    private readonly waiting: Waiting,
    private readonly tasksMax: number,
  ) {}

  get size() {
    return this.#tasks.size;
  }

  /** The outcome of the task under `key`, started if there is none. Rejects with the signal's reason when the asker goes first. */
  async join(key: string, signal: AbortSignal | null, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const { waiting } = this;
    if (waiting.count >= waiting.countMax) throw new Refusal("busy", "too many requests wait at this edge", 1_000);
    const task = this.#tasks.get(key) ?? this.#start(key, start);
    task.askers++;
    waiting.count++;
    let gone = () => {};
    try {
      if (!signal) return await task.outcome;
      const left = new Promise<never>((_, reject) => {
        gone = () => reject(signal.reason);
      });
      signal.addEventListener("abort", gone);
      return await Promise.race([task.outcome, left]);
    } finally {
      signal?.removeEventListener("abort", gone);
      waiting.count--;
      if (--task.askers === 0) this.#end(key, task);
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Task<T> {
    if (this.#tasks.size >= this.tasksMax)
      throw new Refusal("busy", "too many different things are asked of this channel", 1_000);
    const abort = new AbortController();
    const task: Task<T> = { outcome: start(abort.signal), askers: 0, abort };
    this.#tasks.set(key, task);
    // Who comes after the outcome starts anew, also while earlier askers have not yet run on.
    const settled = () => {
      if (this.#tasks.get(key) === task) this.#tasks.delete(key);
    };
    task.outcome.then(settled, settled);
    return task;
  }

  #end(key: string, task: Task<T>) {
    if (this.#tasks.get(key) !== task) return;
    this.#tasks.delete(key);
    task.abort.abort();
  }
}
