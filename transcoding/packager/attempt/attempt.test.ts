// The deadline of an attempt.

import { expect, test } from "bun:test";
import type { Clock } from "#runtime/base/clock.ts";
import { Packager } from "../packager.ts";

/** Due timers fire once the process runs again, however late that is. */
class LateClock implements Clock {
  #nowMs = 0;
  #timers: { dueMs: number; ring: () => void }[] = [];
  wallMs = () => this.#nowMs;
  monoMs = () => this.#nowMs;
  timer(ms: number, ring: () => void) {
    const timer = { dueMs: this.#nowMs + ms, ring };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }
  sleep = (ms: number) => new Promise<void>((resolve) => void this.timer(ms, resolve));
  pass(ms: number) {
    this.#nowMs += ms;
    const due = this.#timers.filter(({ dueMs }) => dueMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { ring } of due) ring();
  }
}

/** One source of which the first bytes arrive now. */
function firstBytes(clock: LateClock) {
  const problems: string[] = [];
  const packager = new Packager({
    broadcastId: "b",
    epoch: 1,
    renditions: ["source"],
    clock,
    resume: null,
    startNumber: 0,
    onEvent: (event) => event.type === "failed" && problems.push(event.problem.code),
  });
  const source = packager.begin({ session: "s", attempt: 1, baseMs: 0 }).sink("source");
  const steps = (count: number, arrives: boolean) => {
    for (let step = 0; step < count; step++) {
      if (arrives) source.push(new Uint8Array(0));
      clock.pass(500);
    }
  };
  source.push(new Uint8Array(4));
  return { problems, steps };
}

test("a process that stood still does not blame the source for the bytes that it did not read", () => {
  const clock = new LateClock();
  const { problems, steps } = firstBytes(clock);
  clock.pass(30_000);
  expect(problems).toEqual([]);
  steps(23, true);
  expect(problems).toEqual([]);
  steps(1, true);
  expect(problems).toEqual(["no_keyframe"]);
});

test("the time in which an encoder was away does not count against the keyframes that it owes", () => {
  const { problems, steps } = firstBytes(new LateClock());
  steps(10, true);
  steps(60, false);
  steps(14, true);
  expect(problems).toEqual([]);
  steps(1, true);
  expect(problems).toEqual(["no_keyframe"]);
});
