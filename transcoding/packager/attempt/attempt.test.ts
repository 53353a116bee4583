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

test("a process that stood still does not blame the source for the bytes that it did not read", async () => {
  const clock = new LateClock();
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
  packager.begin({ session: "s", attempt: 1, baseMs: 0 }).sink("source").push(new Uint8Array(4));
  clock.pass(30_000);
  expect(problems).toEqual([]);
  for (let step = 0; step < 24; step++) clock.pass(500);
  expect(problems).toEqual(["no_keyframe"]);
});
