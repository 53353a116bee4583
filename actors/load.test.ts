import { expect, test } from "bun:test";
import { usedSlots } from "./load.ts";

test("a quiet machine has the slots that no FFmpeg takes", () => {
  expect(usedSlots({ transcoders: 3, slots: 40 }, 0.5)).toBe(3);
});

test("a busy machine shows less room, but never none: only FFmpeg processes make it full", () => {
  expect(usedSlots({ transcoders: 0, slots: 40 }, 2)).toBe(20);
  expect(usedSlots({ transcoders: 0, slots: 40 }, 50)).toBe(36);
  expect(usedSlots({ transcoders: 40, slots: 40 }, 50)).toBe(40);
});
