// Answers within a time that is the same for all: one timer for all requests under way, as a timer each would cost more than a limit.

import type { Clock } from "#runtime/base/clock.ts";

export interface Deadlines {
  /** What `work` comes to, or `late()` when it takes longer. What comes later is dropped. */
  within<Value>(work: Promise<Value>, late: () => Value): Promise<Value>;
}

interface Waiting {
  dueMs: number;
  expire(): void;
}

export function createDeadlines(clock: Clock, ms: number): Deadlines {
  /** In the order they came, which is that of their deadlines. */
  const waiting = new Set<Waiting>();
  let isArmed = false;

  function arm() {
    const [first] = waiting;
    if (isArmed || !first) return;
    isArmed = true;
    clock.timer(Math.max(0, first.dueMs - clock.monoMs()), () => {
      isArmed = false;
      for (const one of waiting) {
        if (one.dueMs > clock.monoMs()) break;
        waiting.delete(one);
        one.expire();
      }
      arm();
    });
  }

  return {
    within: (work, late) =>
      new Promise((resolve, reject) => {
        const one: Waiting = { dueMs: clock.monoMs() + ms, expire: () => resolve(late()) };
        waiting.add(one);
        arm();
        work.then(
          (value) => {
            waiting.delete(one);
            resolve(value);
          },
          (error) => {
            waiting.delete(one);
            reject(error);
          },
        );
      }),
  };
}
