import { expect, test } from "bun:test";
import { usedSlots } from "./load.ts";

test("a quiet machine has all slots free that no FFmpeg uses", () => {
  expect(usedSlots({ transcoders: 3, slots: 40 }, 0.5)).toBe(3);
});

test("a busy machine has fewer free slots, but only FFmpeg processes make it full", () => {
  expect(usedSlots({ transcoders: 0, slots: 40 }, 2)).toBe(20);
  expect(usedSlots({ transcoders: 0, slots: 40 }, 50)).toBe(36);
  expect(usedSlots({ transcoders: 40, slots: 40 }, 50)).toBe(40);
});
