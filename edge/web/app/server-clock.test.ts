import { afterEach, expect, test } from "bun:test";
import { heardDate, serverMs } from "./server-clock.ts";

const NOON = Date.parse("2027-01-05T12:00:00Z");
const date = (ms: number) => new Date(ms).toUTCString();
afterEach(() => heardDate(date(NOON), NOON));

test("a clock that is right stays as it is, however slow an answer was", () => {
  for (const lateMs of [0, 400, 999, 1_900]) {
    heardDate(date(NOON), NOON + lateMs);
    expect(serverMs(NOON + lateMs)).toBe(NOON + lateMs);
  }
});

test("a clock that is wrong by hours is corrected, and does not jump with each answer", () => {
  for (const wrongMs of [-7_200_000, -60_000, 5_000, 3 * 3_600_000]) {
    heardDate(date(NOON), NOON + wrongMs);
    const first = serverMs(NOON + wrongMs);
    expect(Math.abs(first - NOON)).toBeLessThanOrEqual(1_000);
    heardDate(date(NOON + 60_000), NOON + wrongMs + 60_900);
    expect(serverMs(NOON + wrongMs + 60_900) - first).toBe(60_900);
  }
});

test("an answer without a date, or with a malformed one, tells nothing", () => {
  heardDate(date(NOON), NOON + 7_200_000);
  const before = serverMs(NOON);
  for (const header of [null, "", "yesterday"]) heardDate(header, NOON);
  expect(serverMs(NOON)).toBe(before);
});
