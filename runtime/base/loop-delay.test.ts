import { expect, test } from "bun:test";
import { systemClock } from "./clock.ts";
import { loopDelay } from "./loop-delay.ts";

/** Keeps the event loop from turning. */
function standStill(ms: number) {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test("a timer that rings late tells for how long the event loop stood still, once", async () => {
  loopDelay.take();
  const rung = systemClock.sleep(10);
  await new Promise<void>((resolve) => {
    systemClock.timer(10, resolve);
    standStill(150);
  });
  await rung;
  const delayMs = loopDelay.take();
  expect(delayMs).toBeGreaterThan(130);
  expect(delayMs).toBeLessThan(2_000);
  expect(loopDelay.take()).toBe(0);
});
