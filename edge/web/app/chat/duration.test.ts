import { expect, test } from "bun:test";
import { durationMsOf } from "./duration.ts";

test.each([
  ["10", 10_000],
  [" 90 ", 90_000],
  ["10s", 10_000],
  ["1h30m", 5_400_000],
  ["1h 30m", 5_400_000],
  ["2D", 172_800_000],
  ["1w", 604_800_000],
  ["0", 0],
  ["", null],
  ["-5", null],
  ["ten", null],
  ["10x", null],
  ["10m spam", null],
  ["1.5h", null],
])("%p is %p", (text, ms) => {
  expect(durationMsOf(text)).toBe(ms);
});
