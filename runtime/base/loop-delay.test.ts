import { expect, test } from "bun:test";
import { systemClock } from "./clock.ts";
import { LoopDelay, loopDelay } from "./loop-delay.ts";

/** Keeps the event loop from turning. */
function standStill(ms: number) {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test("a timer that rings late tells for how long the event loop stood still", async () => {
  const rung = systemClock.sleep(10);
  const stalledBeforeMs = loopDelay.stalledMs;
  await new Promise<void>((resolve) => {
    systemClock.timer(10, resolve);
    standStill(150);
  });
  await rung;
  expect(loopDelay.maxMs()).toBeGreaterThan(130);
  expect(loopDelay.stalledMs - stalledBeforeMs).toBeGreaterThan(130);
});

test("everybody who asks within 15 s sees the longest delay, and after 30 s nobody does", () => {
  const delay = new LoopDelay();
  delay.note(400, 1_000);
  delay.note(90, 2_000);
  expect([delay.maxMs(2_000), delay.maxMs(2_000), delay.maxMs(15_999)]).toEqual([400, 400, 400]);
  delay.note(70, 17_000);
  expect(delay.maxMs(30_000)).toBe(400);
  expect(delay.maxMs(32_001)).toBe(70);
  expect(delay.maxMs(90_000)).toBe(0);
});

test("timers that are late together count as one stall, short delays as none", () => {
  const delay = new LoopDelay();
  delay.note(300, 1_000);
  delay.note(290, 1_000);
  delay.note(305, 1_010);
  expect(delay.stalledMs).toBe(310);
  delay.note(40, 2_000);
  delay.note(100, 3_000);
  expect(delay.stalledMs).toBe(410);
});
