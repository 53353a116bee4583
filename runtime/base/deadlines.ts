// Many deadlines, one timer: for what nearly always ends before its time, so that a timer for each would be most of its cost.

import type { Clock } from "./clock.ts";

/** A ring for one deadline takes those with it that are due so soon. */
const TOGETHER_MS = 5;

export interface Pending {
  readonly deadlineMonoMs: number;
}

export class Deadlines<Item extends Pending> {
  #dueMs = Number.POSITIVE_INFINITY;
  #cancel = () => {};

  /** `late` is called once an item's deadline has come, at most 5 ms after it, and takes it out of `pending`. */
  constructor(
    private readonly clock: Clock,
    private readonly pending: ReadonlyMap<string, Item>,
    private readonly late: (item: Item) => void,
  ) {}

  /** An item was added. */
  added({ deadlineMonoMs }: Item) {
    if (deadlineMonoMs < this.#dueMs) this.#arm(deadlineMonoMs);
  }

  /** Items were taken out: no timer while there are none. */
  removed() {
    if (this.pending.size > 0 || this.#dueMs === Number.POSITIVE_INFINITY) return;
    this.#cancel();
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  #arm(dueMs: number) {
    this.#cancel();
    this.#dueMs = dueMs;
    this.#cancel = this.clock.timer(dueMs - this.clock.monoMs(), () => this.#ring());
  }

  #ring() {
    this.#dueMs = Number.POSITIVE_INFINITY;
    const nowMs = this.clock.monoMs();
    for (const item of this.pending.values()) if (item.deadlineMonoMs <= nowMs) this.late(item);
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { deadlineMonoMs } of this.pending.values()) nextMs = Math.min(nextMs, deadlineMonoMs);
    if (nextMs < Number.POSITIVE_INFINITY) this.#arm(Math.max(nextMs, nowMs + TOGETHER_MS));
  }
}
