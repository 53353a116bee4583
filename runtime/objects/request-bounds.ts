// Limits on requests to the object store: so many at once, so many waiting, so long. A store that hangs holds nothing else up.

import type { Clock } from "../base/clock.ts";
import { KeyedSemaphore } from "../base/keyed-semaphore.ts";
import { ObjectsAway } from "./objects.ts";

/** Reads do not wait behind writes: a watched video matters more than a recording, whose spool can wait. */
export type RequestKind = "read" | "write";

/** Requests of one kind at once. */
export const CONCURRENT_MAX = 32;
/** Requests of one kind that wait for their turn; further ones fail at once. */
const WAITING_MAX = 512;

interface Request {
  kind: RequestKind;
  /** From the call to the answer, waiting included. */
  withinMs: number;
}

interface Turn {
  /** Aborted when time is over. */
  signal: AbortSignal;
  /** The request goes on until this settles, although its outcome is known: a body that is being read. */
  hold(until: Promise<unknown>): void;
}

export class RequestBounds {
  readonly #slots = new KeyedSemaphore({
    concurrentMax: CONCURRENT_MAX,
    waitingMax: WAITING_MAX,
    full: () => new ObjectsAway(`more than ${WAITING_MAX} requests wait for the object store`),
  });

  constructor(private readonly clock: Clock) {}

  /** Throws ObjectsAway when time or waiting room are over, and what `work` throws. */
  async run<T>({ kind, withinMs }: Request, work: (turn: Turn) => Promise<T>): Promise<T> {
    const outcome = Promise.withResolvers<T>();
    const late = new AbortController();
    const cancel = this.clock.timer(withinMs, () => {
      const error = new ObjectsAway(`the object store did not answer within ${withinMs} ms`);
      outcome.reject(error);
      late.abort(error);
    });
    const held: { until?: Promise<unknown> } = {};
    this.#slots
      .run(kind, async () => {
        late.signal.throwIfAborted();
        outcome.resolve(
          await work({
            signal: late.signal,
            hold(until) {
              held.until = until;
            },
          }),
        );
        await held.until?.catch(() => {});
      })
      .catch(outcome.reject);
    try {
      return await outcome.promise;
    } finally {
      cancel();
    }
  }
}
