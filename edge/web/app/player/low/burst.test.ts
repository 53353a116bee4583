import { expect, test } from "bun:test";
import { Burst } from "./burst.ts";

const FRAGMENT = 1 / 30;

/** Fragments from media time 0 on; `atMs`: when each comes. Returns when the burst was said to be over. */
function overAt(count: number, atMs: (n: number) => number): number | null {
  const burst = new Burst();
  let n = 0;
  for (let nowMs = 0; nowMs < 5_000; nowMs += 10) {
    for (; n < count && atMs(n) <= nowMs; n++) burst.fragment(atMs(n), n * FRAGMENT);
    if (burst.isOver(nowMs)) return nowMs;
  }
  return null;
}

test("without a fragment nothing is over", () => {
  expect(new Burst().isOver(10_000)).toBe(false);
});

test("a burst on a fast network is over soon after its last fragment", () => {
  // 45 fragments at once, then one by one.
  const at = overAt(150, (n) => (n < 45 ? 20 : 20 + (n - 44) * 34));
  expect(at).toBeGreaterThanOrEqual(80);
  expect(at).toBeLessThan(150);
});

test("on a slow network it lasts until it has made up for all", () => {
  // Two seconds of media at 1.6 times their own speed, in uneven steps.
  const fast = (n: number) => (n * 34) / 1.6 + (n % 3) * 8;
  const caughtUp = 60;
  const at = overAt(400, (n) => (n < caughtUp ? fast(n) : fast(caughtUp) + (n - caughtUp) * 34));
  expect(at).toBeGreaterThan(fast(caughtUp) - 60);
  expect(at).toBeLessThan(fast(caughtUp) + 200);
});

test("a server that had one fragment only is followed at once", () => {
  expect(overAt(100, (n) => 100 + n * 34)).toBeLessThan(260);
});
