// Requests that wait for media to appear. All requests with the same key share one promise and one timer.

import type { Clock } from "#runtime/base/clock.ts";

interface Entry {
  promise: Promise<void>;
  arrived(): boolean;
  go(): void;
}

export class Waiters {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  /** Number of distinct keys that are waited for. */
  get size() {
    return this.#entries.size;
  }

  /** Resolves when `arrived` is true at a `check`, after `maxMs`, or at `wakeAll`. Never rejects. Callers must bound the number of keys. */
  wait(key: string, { maxMs, arrived }: { maxMs: number; arrived(): boolean }): Promise<void> {
    if (arrived()) return Promise.resolve();
    const known = this.#entries.get(key);
    if (known) return known.promise;
    let go = () => {};
    const promise = new Promise<void>((resolve) => {
      const cancel = this.clock.timer(maxMs, () => go());
      go = () => {
        cancel();
        this.#entries.delete(key);
        resolve();
      };
    });
    this.#entries.set(key, { promise, arrived, go });
    return promise;
  }

  check() {
    for (const entry of this.#entries.values()) if (entry.arrived()) entry.go();
  }

  wakeAll() {
    for (const entry of this.#entries.values()) entry.go();
  }
}
