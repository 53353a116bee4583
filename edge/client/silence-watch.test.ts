import { expect, test } from "bun:test";
import { SilenceWatch } from "./silence-watch.ts";
import { HandClock } from "./testing.ts";

function watching() {
  const clock = new HandClock();
  const asked: number[] = [];
  const gone: number[] = [];
  const watch = new SilenceWatch(clock, {
    ask: () => asked.push(clock.nowMs()),
    gone: () => gone.push(clock.nowMs()),
  });
  watch.begin();
  /** Something comes every `everyMs`, `times` times. */
  const hear = async (times: number, everyMs: number) => {
    for (let i = 0; i < times; i++) {
      await clock.pass(everyMs);
      watch.heard();
    }
  };
  return { clock, watch, asked, gone, hear };
}

test("where much comes it asks after a second, and gives up after another one", async () => {
  const { clock, asked, gone, hear } = watching();
  await hear(100, 50);
  const lastMs = clock.nowMs();
  await clock.pass(10_000);
  expect([asked, gone]).toEqual([[lastMs + 1_000], [lastMs + 2_000]]);
  expect(clock.timers).toBe(0);
});

test("where little comes it asks seldom, and each answer makes it ask later", async () => {
  const { clock, watch, asked, gone, hear } = watching();
  await hear(60, 2_000);
  const lastMs = clock.nowMs();
  for (let i = 0; i < 60; i++) {
    await clock.pass(1_000);
    if (asked.at(-1) === clock.nowMs()) watch.heard();
  }
  expect(asked.map((ms) => ms - lastMs)).toEqual([4_000, 12_000, 27_000, 42_000, 57_000]);
  expect(gone).toEqual([]);
});

test("what is answered at once makes it ask soon, however quiet the connection was", async () => {
  const { clock, watch, asked, gone } = watching();
  await clock.pass(9_500);
  watch.expect();
  await clock.pass(999);
  expect(asked).toEqual([]);
  await clock.pass(1);
  expect(asked).toEqual([10_500]);
  await clock.pass(1_000);
  expect(gone).toEqual([11_500]);
});

test("a long way is not a dead end, and a second connection that is given up soon had more time", async () => {
  const { clock, watch, asked, gone, hear } = watching();
  await hear(100, 50);
  await clock.pass(1_000);
  await clock.pass(900); // The answer took so long.
  watch.heard();
  await hear(100, 50);
  await clock.pass(1_000 + 3_500);
  expect(gone).toEqual([]);
  await clock.pass(200);
  expect([asked.length, gone.length]).toEqual([2, 1]);

  const again = watching();
  const took: number[] = [];
  for (let i = 0; i < 6; i++) {
    await again.hear(100, 50);
    const fromMs = again.clock.nowMs();
    await again.clock.pass(17_000);
    took.push(again.gone.at(-1)! - fromMs);
    again.watch.begin();
  }
  expect(took).toEqual([2_000, 3_000, 5_000, 9_000, 16_000, 16_000]);
});

test("a page that stood still reads what has come before it gives up", async () => {
  const clock = new HandClock();
  let gone = 0;
  const rings: (() => void)[] = [];
  // Timers that ring when the page runs again, however late that is.
  const late = {
    nowMs: () => clock.nowMs(),
    after(_ms: number, ring: () => void) {
      rings.push(ring);
      return () => rings.splice(rings.indexOf(ring) >>> 0, 1);
    },
  };
  const watch = new SilenceWatch(late, { ask: () => {}, gone: () => gone++ });
  watch.begin();
  await clock.pass(15_000);
  rings.shift()!(); // It asks.
  await clock.pass(30_000);
  rings.shift()!();
  expect(gone).toBe(0);
  watch.heard();
  expect([gone, rings.length]).toEqual([0, 1]);
});
