// The lateness of a track.

import { expect, test } from "bun:test";
import { Lateness } from "./lateness.ts";

/** A tag each 50 ms for `forMs`, each `lateMs` late. */
function lateness(forMs: number, lateMs: (ms: number) => number): Lateness {
  const made = new Lateness();
  for (let ms = 0; ms < forMs; ms += 50) made.add(lateMs(ms), { worldMs: ms, flowMs: ms });
  return made;
}

test("the least lateness of the last five seconds counts", () => {
  const made = lateness(10_000, (ms) => (ms < 4_000 ? 10 : ms === 8_000 ? 20 : 90));
  expect([made.floorMs, made.floorWithin(1_000, 9_950), made.floorWithin(1_000, 12_000)]).toEqual([20, 90, null]);
  expect(new Lateness().floorMs).toBeNull();
});

test("the slope is how much later tags get, and is not known from less than two seconds", () => {
  expect(lateness(20_000, (ms) => ms * 0.4).slope).toBeCloseTo(0.4, 2);
  expect(lateness(20_000, (ms) => ms * -2).slope).toBeCloseTo(-2, 2);
  expect(lateness(1_500, (ms) => ms * 0.4).slope).toBeNull();
});

test("a track that is laid elsewhere is as late as if it had always lain there", () => {
  const made = lateness(10_000, (ms) => ms);
  const before = made.slope;
  const floorMs = made.floorMs!;
  made.shift(-2_000);
  expect([made.floorMs, made.floorWithin(5_000, 9_950), made.slope]).toEqual([
    floorMs - 2_000,
    floorMs - 2_000,
    before,
  ]);
});
