// Time as a parameter: the real one, and one that a test turns by hand.

export interface Clock {
  /** Wall time, ms since 1970. Jumps; never use it to measure. */
  wallMs(): number;
  /** Monotonic ms. Only differences mean anything. */
  monoMs(): number;
  /** Calls `ring` once after `ms`. Returns a function that cancels; calling it late or twice is harmless. */
  timer(ms: number, ring: () => void): () => void;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  timer(ms, ring) {
    const timer = setTimeout(ring, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Calls `work` every `ms` until stopped, never twice at once; the pause is counted from the end of the last one. */
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

  /** Rings what is due, in order of time, then of birth. Promises that a ring resolves run only after this returns: see `settle`. */
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

  /** As `advance`, in steps, with the promises in between. */
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

/** `work`, or `late()` thrown after `ms`; what `work` does afterwards is nobody's concern. */
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
