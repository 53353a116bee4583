import { expect, test } from "bun:test";
import { ManualClock } from "./clock.ts";
import { poll, pollIds } from "./poll.ts";

function watched() {
  const clock = new ManualClock();
  const open: string[] = [];
  const told: string[][] = [];
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
    found: (ids) => told.push([...ids]),
  });
  return { clock, open, told, warned, stop, setAway: (value: boolean) => (away = value) };
}

test("an id is told of at the next look, and again every so often until it is found no more", async () => {
  const { clock, open, told, stop } = watched();
  await clock.settle(10_000, 500);
  expect(told).toEqual([]);
  open.push("a");
  await clock.settle(2_000, 500);
  expect(told).toEqual([["a"]]);
  open.push("b");
  await clock.settle(2_000, 500);
  expect(told).toEqual([["a"], ["b"]]);
  await clock.settle(8_000, 500);
  expect(told).toEqual([["a"], ["b"], ["a"]]);
  open.length = 0;
  await clock.settle(60_000, 500);
  expect(told).toHaveLength(3);
  stop();
});

test("what was away is looked at again, and each time it goes away the log says so once", async () => {
  const { clock, open, told, warned, stop, setAway } = watched();
  open.push("a");
  setAway(true);
  await clock.settle(10_000, 500);
  expect([told, warned]).toEqual([[], ["the list is away"]]);
  setAway(false);
  await clock.settle(2_000, 500);
  expect(told).toEqual([["a"]]);
  setAway(true);
  await clock.settle(10_000, 500);
  expect(warned).toHaveLength(2);
  stop();
  await clock.settle(10_000, 500);
  expect(told).toHaveLength(1);
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
