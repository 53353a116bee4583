// One timer for the deadlines of all requests: a timer per request would cost more than a rate limit.

import type { Clock } from "#runtime/base/clock.ts";

export interface Deadlines {
  /** The outcome of `work`, or `late()` if it takes longer; a later outcome is dropped. */
  within<Value>(work: Promise<Value>, late: () => Value): Promise<Value>;
}

interface Waiting {
  dueMs: number;
  expire(): void;
}

export function createDeadlines(clock: Clock, ms: number): Deadlines {
  /** In order of arrival, which is the order of their deadlines. */
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
