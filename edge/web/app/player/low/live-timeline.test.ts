import { expect, test } from "bun:test";
import { LiveTimeline } from "./live-timeline.ts";

test("the first head is where its media times say, later ones by the difference of their clocks", () => {
  const timeline = new LiveTimeline();
  expect(timeline.wallMs(5)).toBeNull();
  expect(timeline.offsetSeconds(1_000_000)).toBe(0);
  expect(timeline.offsetSeconds(1_000_000)).toBe(0);
  // Another owner, whose media time 0 was 90.5 s later.
  expect(timeline.offsetSeconds(1_090_500)).toBe(90.5);
  expect(timeline.wallMs(100)).toBe(1_100_000);
});

test("a picture that plays already says where media times are", () => {
  const timeline = new LiveTimeline(-30);
  expect(timeline.offsetSeconds(1_000_000)).toBe(-30);
  expect(timeline.offsetSeconds(1_002_000)).toBe(-28);
  // Media time 34 of the first head is shown at 4.
  expect(timeline.wallMs(4)).toBe(1_034_000);
});
