// What the streamer is told of a broadcast.

import { expect, test } from "bun:test";
import { graceEndOf } from "./health.ts";
import { given, lost, published, ready } from "./testing.ts";

test("the end of the wait for an encoder is told while it is lost, and only then", () => {
  expect(graceEndOf(given(published("1"), ready).state, 60_000)).toBeNull();
  expect(graceEndOf(given(published("1"), ready, lost).state, 60_000)).toBe("1970-01-01T00:01:05.000Z");
});
