// The queue of lines and acts for the store: bounded in number and in time, and taken batch by batch.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Pending } from "./pending.ts";

const BATCH_LENGTH_MAX = 200;
/** Waiting lines, without those in flight. Above it lines are refused with `busy`. */
const QUEUE_LENGTH_MAX = 2_000;
/** How long a line may wait unsent while the store is away. */
const UNSENT_MAX_MS = 5_000;
const BUSY_RETRY_AFTER_MS = 1_000;

export class LineQueue {
  #lines: Pending[] = [];
  /** Halves of a poisoned batch; sent before all other lines. */
  #halves: Pending[][] = [];

  /** The first line of the next batch. */
  get first(): Pending | undefined {
    return this.#halves[0]?.[0] ?? this.#lines[0];
  }

  /** There are enough lines for a full batch. */
  get fillsBatch() {
    return this.#lines.length >= BATCH_LENGTH_MAX;
  }

  /** Throws Refusal `busy`. */
  add(line: Pending) {
    if (this.#lines.length >= QUEUE_LENGTH_MAX)
      throw new Refusal("busy", "too many lines at once", BUSY_RETRY_AFTER_MS);
    this.#lines.push(line);
  }

  /** Takes the next batch: lines, or one act; empty when nothing waits. `isJudged`: it was taken before. */
  take(): { batch: Pending[]; isJudged: boolean } {
    const half = this.#halves.shift();
    if (half) return { batch: half, isJudged: true };
    const act = this.#lines.findIndex(({ kind }) => kind === "act");
    const count = act === -1 ? BATCH_LENGTH_MAX : act === 0 ? 1 : Math.min(act, BATCH_LENGTH_MAX);
    return { batch: this.#lines.splice(0, count), isJudged: false };
  }

  /** Puts the halves of a batch back at the front, as batches of their own. */
  putBack(halves: Pending[][]) {
    this.#halves.unshift(...halves);
  }

  /** Refuses lines that have waited too long. They were never sent to the store. */
  expire(nowMonoMs: number) {
    const tooOld = nowMonoMs - UNSENT_MAX_MS;
    const late = (line: Pending) => line.queuedMonoMs <= tooOld;
    const refused = [...this.#halves.flat(), ...this.#lines].filter(late);
    if (refused.length === 0) return;
    const kept = (line: Pending) => !late(line);
    this.#halves = this.#halves.map((half) => half.filter(kept)).filter((half) => half.length > 0);
    this.#lines = this.#lines.filter(kept);
    for (const line of refused) line.settle(new Refusal("unavailable", "not stored", BUSY_RETRY_AFTER_MS));
  }

  /** Removes and returns all lines. */
  clear(): Pending[] {
    const unsent = [...this.#halves.flat(), ...this.#lines];
    this.#halves = [];
    this.#lines = [];
    return unsent;
  }
}
