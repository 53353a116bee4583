import { expect, test } from "bun:test";
import { ManualClock } from "./clock.ts";
import { poll, pollIds } from "./poll.ts";

function setUp() {
  const clock = new ManualClock();
  const open: string[] = [];
  const passed: string[][] = [];
  const warned: string[] = [];
  let away = false;
  const stop = pollIds({
    clock,
    log: { warn: (_fields: object, message: string) => void warned.push(message) } as never,
    everyMs: 2_000,
    againMs: 10_000,
    failure: "the list is away",
    find: async () => {
      if (away) throw new Error("away");
      return [...open];
    },
    found: (ids) => passed.push([...ids]),
  });
  return { clock, open, passed, warned, stop, setAway: (value: boolean) => (away = value) };
}

test("an id is reported at the next look, and again at intervals until it is no longer found", async () => {
  const { clock, open, passed, stop } = setUp();
  await clock.settle(10_000, 500);
  expect(passed).toEqual([]);
  open.push("a");
  await clock.settle(2_000, 500);
  expect(passed).toEqual([["a"]]);
  open.push("b");
  await clock.settle(2_000, 500);
  expect(passed).toEqual([["a"], ["b"]]);
  await clock.settle(8_000, 500);
  expect(passed).toEqual([["a"], ["b"], ["a"]]);
  open.length = 0;
  await clock.settle(60_000, 500);
  expect(passed).toHaveLength(3);
  stop();
});

test("a failed look is retried, and each outage is logged once", async () => {
  const { clock, open, passed, warned, stop, setAway } = setUp();
  open.push("a");
  setAway(true);
  await clock.settle(10_000, 500);
  expect([passed, warned]).toEqual([[], ["the list is away"]]);
  setAway(false);
  await clock.settle(2_000, 500);
  expect(passed).toEqual([["a"]]);
  setAway(true);
  await clock.settle(10_000, 500);
  expect(warned).toHaveLength(2);
  stop();
  await clock.settle(10_000, 500);
  expect(passed).toHaveLength(1);
});

test("the first look comes after the interval, or at once", async () => {
  const clock = new ManualClock();
  const looks: string[] = [];
  const options = { clock, log: { warn: () => {} } as never, everyMs: 1_000, failure: "away" };
  const stops = [
    poll({ ...options, look: async () => void looks.push("later") }),
    poll({ ...options, atOnce: true, look: async () => void looks.push("at once") }),
  ];
  expect(looks).toEqual(["at once"]);
  await clock.settle(1_000, 500);
  expect(looks.sort()).toEqual(["at once", "at once", "later"]);
  for (const stop of stops) stop();
});
