// The steps of the smoke test: each is timed and said; the first that fails is the last.

const LOOK_EVERY_MS = 200;

interface Step {
  name: string;
  ok: boolean;
  ms: number;
  /** What was found, or why it failed. */
  detail: string;
}

export class Steps {
  readonly #done: Step[] = [];

  constructor(private readonly say: (line: string) => void) {}

  get failed() {
    return this.#done.some(({ ok }) => !ok);
  }

  report() {
    return { ok: !this.failed, steps: this.#done };
  }

  /** Rejects with the work's error. A text that it resolves with is said. */
  async run<Found>(name: string, work: () => Promise<Found>): Promise<Found> {
    const startMs = performance.now();
    try {
      const found = await work();
      this.#end({ name, ok: true, startMs, detail: typeof found === "string" ? found : "" });
      return found;
    } catch (error) {
      this.#end({ name, ok: false, startMs, detail: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  /** Throws once the time is over. A call that fails counts as "not yet". */
  async until(what: string, withinMs: number, ask: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + withinMs;
    while (!(await ask().catch(() => false))) {
      if (performance.now() > deadlineMs) throw new Error(`waited ${withinMs / 1_000} s in vain for ${what}`);
      await Bun.sleep(LOOK_EVERY_MS);
    }
  }

  #end({ name, ok, startMs, detail }: { name: string; ok: boolean; startMs: number; detail: string }) {
    const ms = Math.round(performance.now() - startMs);
    this.#done.push({ name, ok, ms, detail });
    this.say(`${ok ? "ok    " : "FAILED"} ${name.padEnd(12)} ${(ms / 1_000).toFixed(1).padStart(5)} s  ${detail}`);
  }
}
