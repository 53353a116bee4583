// Work on stores that may be away: tried again, with pauses, until it has an outcome or its child is stopped.

import type { Child } from "#runtime/actor/actor.ts";
import { Backoff } from "#runtime/base/backoff.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";

const RETRY_PAUSES = { firstMs: 200, longestMs: 10_000 };
/** A cut connection stays silent for many minutes. Above what one request of a store may take. */
const ANSWER_MS = 60_000;

/** Not called any more once the child is stopped. `work` may run twice: a late answer is not waited for. */
export function patiently<Result>(
  work: () => Promise<Result>,
  { clock, log, what, tell }: { clock: Clock; log: Log; what: string; tell(result: Result): void },
): Child {
  let stopped = false;
  const live = async () => {
    const pauses = new Backoff(RETRY_PAUSES);
    while (!stopped)
      try {
        const result = await within(clock, ANSWER_MS, work(), () => new Error(`no answer in ${ANSWER_MS} ms`));
        if (!stopped) tell(result);
        return;
      } catch (error) {
        log.warn({ reason: reason(error), what }, "upload waits for a store");
        await clock.sleep(pauses.nextMs());
      }
  };
  void live();
  return {
    stop: async () => {
      stopped = true;
    },
  };
}
