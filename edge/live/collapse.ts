// Collapses requests for the same thing into one task, which is aborted when the last requester has gone.

import { Refusal } from "#runtime/actor/actor.ts";

/** Requests of this edge that wait for an origin, over all channels. */
export class WaitingRequests {
  count = 0;
  constructor(readonly countMax: number) {}
}

interface Task<T> {
  outcome: Promise<T>;
  requesters: number;
  abort: AbortController;
}

export class Collapse<T> {
  readonly #tasks = new Map<string, Task<T>>();

  /** `tasksMax`: concurrent tasks. Over it, and over `waiting.countMax`, requesters are refused with `busy`. */
  constructor(
    private readonly waiting: WaitingRequests,
    private readonly tasksMax: number,
  ) {}

  get size() {
    return this.#tasks.size;
  }

  /** The outcome of the task of `key`, which is started if there is none. Rejects with the signal's reason when that is aborted first. */
  async join(key: string, signal: AbortSignal | null, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const { waiting } = this;
    if (waiting.count >= waiting.countMax) throw new Refusal("busy", "too many requests wait at this edge", 1_000);
    const task = this.#tasks.get(key) ?? this.#start(key, start);
    task.requesters++;
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
      if (--task.requesters === 0) this.#end(key, task);
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Task<T> {
    if (this.#tasks.size >= this.tasksMax)
      throw new Refusal("busy", "too many different things are asked of this channel", 1_000);
    const abort = new AbortController();
    const task: Task<T> = { outcome: start(abort.signal), requesters: 0, abort };
    this.#tasks.set(key, task);
    // A requester after the outcome starts a new task, even while earlier requesters have not resumed yet.
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
