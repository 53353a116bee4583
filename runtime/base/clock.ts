// Time as a parameter: the system's clock, and a manual clock for tests.

import { loopDelay } from "./loop-delay.ts";
import { outsideTraces } from "./trace.ts";

export interface Clock {
  /** Wall time, ms since 1970. It can jump, so never measure with it. */
  wallMs(): number;
  /** Monotonic ms. Only differences are meaningful. */
  monoMs(): number;
  /** Calls `ring` once after `ms`, outside of any trace. Returns a function that cancels; it may be called late or twice. */
  timer(ms: number, ring: () => void): () => void;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  timer(ms, ring) {
    const waitMs = Math.max(0, ms);
    const dueMs = performance.now() + waitMs;
    // A timer that is set again and again would else carry the trace of the request that set it first.
    const timer = outsideTraces(() =>
      setTimeout(() => {
        loopDelay.note(performance.now() - dueMs);
        ring();
      }, waitMs),
    );
    return () => clearTimeout(timer);
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Calls `work` until stopped, never twice at once, `ms` after the end of the previous call. Returns stop. */
export function every(clock: Clock, ms: number, work: () => void | Promise<void>): () => void {
  let stopped = false;
  let cancel = () => {};
  const turn = async () => {
    try {
      await work();
    } finally {
      if (!stopped) cancel = clock.timer(ms, turn);
    }
  };
  cancel = clock.timer(ms, turn);
  return () => {
    stopped = true;
    cancel();
  };
}

interface Ticking {
  /** Starts the timer when there is something to do. To be called whenever that may have begun. */
  wake(): void;
  /** May be called twice. */
  stop(): void;
}

/** Calls `work` each `ms` while not `isIdle`; in between no timer runs, so that an idle process sleeps. It starts with `wake`. */
export function everyWhileBusy(
  clock: Clock,
  ms: number,
  { work, isIdle }: { work(): void; isIdle(): boolean },
): Ticking {
  let cancel: (() => void) | null = null;
  let stopped = false;
  const wake = () => {
    if (!stopped && cancel === null && !isIdle()) cancel = clock.timer(ms, turn);
  };
  function turn() {
    cancel = null;
    try {
      work();
    } finally {
      wake();
    }
  }
  return {
    wake,
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}

export class ManualClock implements Clock {
  #nowMs: number;
  #nextId = 0;
  readonly #waiting = new Map<number, { dueMs: number; ring: () => void }>();

  constructor(startMs = 1_000_000) {
    this.#nowMs = startMs;
  }

  wallMs() {
    return this.#nowMs;
  }

  monoMs() {
    return this.#nowMs;
  }

  timer(ms: number, ring: () => void) {
    const id = this.#nextId++;
    this.#waiting.set(id, { dueMs: this.#nowMs + Math.max(0, ms), ring });
    return () => void this.#waiting.delete(id);
  }

  sleep(ms: number) {
    return new Promise<void>((resolve) => this.timer(ms, resolve));
  }

  /** Timers that have not rung. */
  get waiting() {
    return this.#waiting.size;
  }

  /** Rings due timers in order of time, then of creation. Promises that a timer resolves run only after this returns: see `settle`. */
  advance(byMs: number) {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      let next: [number, { dueMs: number; ring: () => void }] | undefined;
      for (const entry of this.#waiting)
        if (entry[1].dueMs <= endMs && (!next || entry[1].dueMs < next[1].dueMs)) next = entry;
      if (!next) break;
      this.#waiting.delete(next[0]);
      this.#nowMs = Math.max(this.#nowMs, next[1].dueMs);
      next[1].ring();
    }
    this.#nowMs = endMs;
  }

  /** Like `advance`, in steps, and runs promise callbacks after each step. */
  async settle(byMs = 0, stepMs = 10) {
    for (let left = byMs; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left));
      await flushPromises();
    }
    await flushPromises();
  }
}

async function flushPromises() {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** The result of `work`; throws `late()` after `ms`, and then ignores `work`. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  let cancel = () => {};
  const timeout = new Promise<never>((_resolve, reject) => {
    cancel = clock.timer(ms, () => reject(late()));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    cancel();
  }
}
