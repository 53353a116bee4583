import { expect, test } from "bun:test";
import { type Seeing, Unseen } from "./unseen.ts";

const SEEN: Seeing = { isHidden: false, isPaused: false, isHeard: false, isOutside: false };
/** After how many seconds of it nothing need be sent; null: it always must. */
function unseenAfter(seeing: Partial<Seeing>): number | null {
  const unseen = new Unseen();
  for (let second = 0; second <= 60; second++)
    if (unseen.isUnseen({ ...SEEN, ...seeing }, second * 1_000)) return second;
  return null;
}

test("a hidden and silent picture is sent for 5 s more", () => {
  expect(unseenAfter({ isHidden: true })).toBe(5);
});

test("one that is heard, or shown outside the page, is sent", () => {
  expect(unseenAfter({})).toBeNull();
  expect(unseenAfter({ isHidden: true, isHeard: true })).toBeNull();
  expect(unseenAfter({ isHidden: true, isOutside: true })).toBeNull();
});

test("a paused one is sent for 12 s more", () => {
  expect(unseenAfter({ isPaused: true, isHeard: true })).toBe(12);
  expect(unseenAfter({ isHidden: true, isPaused: true, isHeard: true })).toBe(5);
});

test("seen again it is sent at once, and the time counts anew", () => {
  const unseen = new Unseen();
  const hidden = { ...SEEN, isHidden: true };
  expect([unseen.isUnseen(hidden, 0), unseen.isUnseen(hidden, 4_000), unseen.isUnseen(SEEN, 4_500)]).toEqual([
    false,
    false,
    false,
  ]);
  expect([unseen.isUnseen(hidden, 5_000), unseen.isUnseen(hidden, 9_000), unseen.isUnseen(hidden, 10_000)]).toEqual([
    false,
    false,
    true,
  ]);
  expect(unseen.isUnseen(SEEN, 10_001)).toBe(false);
});
