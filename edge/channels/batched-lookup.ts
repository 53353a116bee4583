// One question for many: what is asked for while a question is under way goes together into the next.

/** Under way at once; a connection that hangs holds up only those who share its question. */
const AT_ONCE = 2;
/** Asked for in one question. */
const LENGTH_MAX = 200;

/** `ask` answers those it knows. The function that is returned answers null for all others, and throws what `ask` throws. */
export function together<Found extends { name: string }>(
  ask: (names: readonly string[]) => Promise<readonly Found[]>,
): (name: string) => Promise<Found | null> {
  const waiting = new Map<string, PromiseWithResolvers<Found | null>>();
  let underWay = 0;

  async function next() {
    const asked = [...waiting].slice(0, LENGTH_MAX);
    for (const [name] of asked) waiting.delete(name);
    underWay++;
    try {
      const found = new Map((await ask(asked.map(([name]) => name))).map((one) => [one.name, one]));
      for (const [name, { resolve }] of asked) resolve(found.get(name) ?? null);
    } catch (error) {
      for (const [, { reject }] of asked) reject(error);
    } finally {
      underWay--;
      start();
    }
  }

  function start() {
    if (underWay < AT_ONCE && waiting.size > 0) void next();
  }

  return (name) => {
    const asked = waiting.get(name) ?? Promise.withResolvers<Found | null>();
    waiting.set(name, asked);
    // Those who ask in the same turn of the event loop come along.
    if (underWay < AT_ONCE) queueMicrotask(start);
    return asked.promise;
  };
}
