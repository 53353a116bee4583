import { expect, test } from "bun:test";
import { KeyframeRequests } from "./keyframe-requests.ts";

/** When it asks between these times, looked at each 20 ms. */
const asks = (requests: KeyframeRequests, fromMs: number, toMs: number) =>
  Array.from({ length: (toMs - fromMs) / 20 }, (_, n) => fromMs + n * 20).filter((ms) => requests.due(ms));

test("until the first keyframe it is asked for each 0.5 s, then 2 s after the last one", () => {
  const requests = new KeyframeRequests();
  expect(asks(requests, 0, 1_600)).toEqual([0, 500, 1_000, 1_500]);
  expect(requests.unheard).toBe(4);
  requests.came(1_600);
  expect([requests.unheard, requests.isMissing]).toEqual([0, false]);
  expect(asks(requests, 1_600, 6_000)).toEqual([3_600, 5_600]);
});

test("a keyframe that comes by itself moves the next request", () => {
  const requests = new KeyframeRequests();
  requests.came(0);
  requests.came(1_900);
  expect(asks(requests, 1_900, 4_500)).toEqual([3_900]);
});

test("lost pictures ask at once, but not before a second has passed since the last keyframe", () => {
  const requests = new KeyframeRequests();
  requests.came(0);
  requests.lost();
  expect(asks(requests, 0, 2_100)).toEqual([1_000, 1_500, 2_000]);
  requests.came(2_100);
  requests.lost();
  requests.lost();
  expect(asks(requests, 3_500, 4_500)).toEqual([3_500, 4_000]);
});

test("when somebody begins to show it, it is asked for whatever was before", () => {
  const requests = new KeyframeRequests();
  requests.came(0);
  expect(requests.now(100)).toBe(true);
  expect(asks(requests, 100, 2_200)).toEqual([2_100]);
});
