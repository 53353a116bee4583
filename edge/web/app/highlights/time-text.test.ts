// Places in a video as people write them.

import { expect, test } from "bun:test";
import { uptimeText } from "../ui/ticker.ts";
import { readTime } from "./time-text.ts";

test("hours, minutes and seconds are read in every common way", () => {
  const times = { "1:02:03": 3_723, "62:03": 3_723, "3723": 3_723, " 0:07 ": 7, "3.5": 3.5, "1:00,25": 60.25 };
  for (const [text, seconds] of Object.entries(times)) expect([text, readTime(text)]).toEqual([text, seconds * 1_000]);
  for (const ms of [0, 59_000, 61_000, 3_600_000, 360_000_000]) expect(readTime(uptimeText(ms))).toBe(ms);
});

test("what is no time is none", () => {
  for (const text of ["", "x", "1:2:3:4", "-1", "1:", ":1", "1h", "1.5:00", "1..5", "0x10"])
    expect([text, readTime(text)]).toEqual([text, null]);
});
