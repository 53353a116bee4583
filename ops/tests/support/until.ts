// Waits by polling until a condition holds.

import { patient } from "#schema/testing-slowness.ts";

/** A sleep that ends later than this was not one of ours: the machine slept too, or was frozen by its host. */
const OVERSLEPT_MS = 1_000;

/** `withinMs` grows with the machine's slowness, and does not count time in which the machine stood still. Resolves with the first truthy answer. A throw counts as "not yet"; the error of a time-out names the last one. */
export async function until<Value>(
  what: string,
  ask: () => Value | Promise<Value>,
  { withinMs = 10_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Promise<NonNullable<Value>> {
  const limitMs = patient(withinMs);
  let deadlineMs = performance.now() + limitMs;
  let last: unknown = "no answer";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Value>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadlineMs) throw new Error(`waited ${limitMs} ms in vain for ${what}; last: ${last}`);
    const beforeMs = performance.now();
    await Bun.sleep(everyMs);
    const oversleptMs = performance.now() - beforeMs - everyMs;
    if (oversleptMs > OVERSLEPT_MS) deadlineMs += oversleptMs;
  }
}
