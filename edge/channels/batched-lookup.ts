// Batches look-ups: requests that arrive while queries run go into the next query.

/** Running at once; a connection that hangs holds up only the requests of its own query. */
const QUERIES_MAX = 2;
/** Per query. */
const NAMES_MAX = 200;

/** `find` answers the names that it knows. The returned function answers null for any other name, and throws what `find` throws. */
export function batch<Found extends { name: string }>(
  find: (names: readonly string[]) => Promise<readonly Found[]>,
): (name: string) => Promise<Found | null> {
  const waiting = new Map<string, PromiseWithResolvers<Found | null>>();
  let running = 0;

  async function runNext() {
    const requests = [...waiting].slice(0, NAMES_MAX);
    for (const [name] of requests) waiting.delete(name);
    running++;
    try {
      const found = new Map((await find(requests.map(([name]) => name))).map((one) => [one.name, one]));
      for (const [name, { resolve }] of requests) resolve(found.get(name) ?? null);
    } catch (error) {
      for (const [, { reject }] of requests) reject(error);
    } finally {
      running--;
      start();
    }
  }

  function start() {
    if (running < QUERIES_MAX && waiting.size > 0) void runNext();
  }

  return (name) => {
    const request = waiting.get(name) ?? Promise.withResolvers<Found | null>();
    waiting.set(name, request);
    // After this turn of the event loop, so that its requests share a query.
    if (running < QUERIES_MAX) queueMicrotask(start);
    return request.promise;
  };
}
