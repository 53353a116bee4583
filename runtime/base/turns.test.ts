import { expect, test } from "bun:test";
import { ManualClock } from "./clock.ts";
import { Turns } from "./turns.ts";

function stage() {
  const clock = new ManualClock();
  const loop: (() => void)[] = [];
  const errors: unknown[] = [];
  const turns = new Turns({ clock, broke: (error) => errors.push(error), afterIo: (run) => loop.push(run) });
  return { clock, turns, loop, errors, nextTurn: () => loop.shift()!() };
}

test("work begins after what the loop has got, and ends when it is done", () => {
  const { turns, loop, nextTurn } = stage();
  let steps = 0;
  turns.add(() => ++steps === 1);
  expect(steps).toBe(0);
  nextTurn();
  expect([steps, loop.length]).toEqual([1, 0]);
});

test("a turn ends after 4 ms, whoever works, and the next one goes on with the others", () => {
  const { clock, turns, loop, nextTurn } = stage();
  const worked: string[] = [];
  const long = (name: string, times: number) => {
    let left = times;
    turns.add((untilMs) => {
      worked.push(name);
      clock.advance(untilMs - clock.monoMs());
      return --left === 0;
    });
  };
  long("a", 3);
  long("b", 1);
  nextTurn();
  expect(worked).toEqual(["a"]);
  nextTurn();
  nextTurn();
  nextTurn();
  expect(worked).toEqual(["a", "b", "a", "a"]);
  expect(loop).toHaveLength(0);
});

test("many short works share a turn", () => {
  const { turns, loop, nextTurn } = stage();
  let done = 0;
  for (let n = 0; n < 100; n++)
    turns.add(() => {
      done++;
      return true;
    });
  nextTurn();
  expect([done, loop.length]).toEqual([100, 0]);
});

test("work that throws is over, and the others go on", () => {
  const { turns, errors, nextTurn } = stage();
  let done = false;
  const error = new Error("broke");
  turns.add(() => {
    throw error;
  });
  turns.add(() => {
    done = true;
    return true;
  });
  nextTurn();
  expect([errors, done]).toEqual([[error], true]);
});

test("after the stop nothing works", () => {
  const { turns, loop, nextTurn } = stage();
  let worked = false;
  const work = () => {
    worked = true;
    return true;
  };
  turns.add(work);
  turns.stop();
  turns.stop();
  nextTurn();
  turns.add(work);
  expect([worked, loop.length]).toEqual([false, 0]);
});
