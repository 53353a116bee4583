// What is made of the frames that a page has read.

import { expect, test } from "bun:test";
import { ages, stalls } from "./glass-page.ts";

test("ages are given as p50 and p95, and nothing is made of nothing", () => {
  const frames = Array.from({ length: 100 }, (_, n) => ({ wallMs: n * 33, ageMs: n === 99 ? 5_000 : 900 + n }));
  expect(ages({ frames })).toBe("950 / 995");
  expect(ages({ frames: [] })).toBe("–");
});

test("a long time without a frame is a stall, a dropped frame is none", () => {
  const times = [0, 33, 100, 900, 933, 1_600];
  expect(stalls(times.map((wallMs) => ({ wallMs })))).toEqual({ count: 2, ms: 1_467 });
});
