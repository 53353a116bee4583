import { expect, test } from "bun:test";
import { comeBackMs } from "./come-back.ts";

test("the more sockets are sent away, the longer is the time over which they come back", () => {
  expect([0, 100, 2_000, 5_000, 30_000, 100_000].map(comeBackMs)).toEqual([2_000, 2_000, 2_000, 5_000, 30_000, 30_000]);
});
