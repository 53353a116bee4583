// Many deadlines on one timer, for items that nearly always end in time: a timer for each would be most of their cost.

import type { Clock } from "./clock.ts";

/** Deadlines this close together share one ring. */
const TOGETHER_MS = 5;

export interface Pending {
  readonly deadlineMonoMs: number;
}

export class Deadlines<Item extends Pending> {
  #dueMs = Number.POSITIVE_INFINITY;
  #cancel = () => {};

  /** `late` is called at most 5 ms after an item's deadline and must remove the item from `pending`. */
  constructor(
    private readonly clock: Clock,
    private readonly pending: ReadonlyMap<string, Item>,
    private readonly late: (item: Item) => void,
  ) {}

  /** An item was added. */
  added({ deadlineMonoMs }: Item) {
    if (deadlineMonoMs < this.#dueMs) this.#arm(deadlineMonoMs);
  }

  /** Items were removed. Stops the timer when none are left. */
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
