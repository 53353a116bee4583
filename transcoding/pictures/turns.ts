// How many pictures a node makes at once.

import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";

/** Pictures of more broadcasts follow one after another: together they would hold up what is live. */
const AT_ONCE_MAX = 2;
/** More than a node has channels. */
const WAITING_MAX = 10_000;

/** One for all channels of a node. */
export const pictureTurns = () =>
  new KeyedSemaphore({
    concurrentMax: AT_ONCE_MAX,
    waitingMax: WAITING_MAX,
    full: () => new Error("too many pictures wait for their turn"),
  });
