// Asks the stores whether they answer, when `/metrics` is read: a process that nobody watches asks nothing.

import type { Clock } from "./clock.ts";
import { Gauge } from "./metrics.ts";

export type StoreName = "postgres" | "nats" | "redis" | "s3";

/** Each resolves when its store has answered. */
export type StoreQuestions = Partial<Record<StoreName, () => Promise<unknown>>>;

/** Less than whoever reads the metrics waits for them. */
const ANSWER_WITHIN_MS = 500;
/** Several may read the metrics: they share what was asked a moment ago. */
const KEPT_MS = 2_000;

export interface StoreAnswer {
  isUp: boolean;
  /** Of an answer; a store that does not answer took at least this long. */
  tookMs: number;
}

export class StoreProbe {
  #asked: { atMs: number; answers: Promise<Map<StoreName, StoreAnswer>> } | null = null;
  /** Questions without an answer yet: a store that hangs is not asked again. */
  readonly #open = new Map<StoreName, Promise<void>>();

  constructor(
    private readonly clock: Pick<Clock, "monoMs" | "timer">,
    private readonly questions: StoreQuestions,
  ) {}

  /** Never rejects; resolves within 500 ms. */
  answers(): Promise<Map<StoreName, StoreAnswer>> {
    const nowMs = this.clock.monoMs();
    if (!this.#asked || nowMs - this.#asked.atMs >= KEPT_MS) this.#asked = { atMs: nowMs, answers: this.#askAll() };
    return this.#asked.answers;
  }

  async #askAll() {
    const names = Object.keys(this.questions) as StoreName[];
    const answers = await Promise.all(names.map(async (name) => [name, await this.#ask(name)] as const));
    return new Map(answers);
  }

  async #ask(name: StoreName): Promise<StoreAnswer> {
    const { clock } = this;
    const fromMs = clock.monoMs();
    let isUp = false;
    if (!this.#open.has(name)) {
      const asked = Promise.resolve()
        .then(this.questions[name]!)
        .then(
          () => {
            isUp = true;
          },
          () => {},
        )
        .finally(() => this.#open.delete(name));
      this.#open.set(name, asked);
    }
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      // One more turn of the event loop: if this process stalled, the answer has arrived and is read in that turn.
      cancel = clock.timer(ANSWER_WITHIN_MS, () => {
        cancel = clock.timer(1, resolve);
      });
    });
    await Promise.race([this.#open.get(name), late]);
    cancel();
    return { isUp, tookMs: clock.monoMs() - fromMs };
  }
}

/** To be called once in a process. */
export function collectStoreMetrics(probe: Pick<StoreProbe, "answers">) {
  new Gauge({
    name: "store_up",
    help: "1: the store answered this process within half a second; 0: it did not",
    labelNames: ["store"],
    async collect() {
      for (const [store, { isUp }] of await probe.answers()) this.set({ store }, isUp ? 1 : 0);
    },
  });
  new Gauge({
    name: "store_answer_seconds",
    help: "Time of the store's last answer to this process",
    labelNames: ["store"],
    async collect() {
      for (const [store, { tookMs }] of await probe.answers()) this.set({ store }, tookMs / 1_000);
    },
  });
}
