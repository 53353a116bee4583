import { expect, test } from "bun:test";
import { usedSlots } from "./load.ts";

test("a quiet machine has all slots free that no channel takes", () => {
  expect(usedSlots({ taken: 3, slots: 40 }, 0.5)).toBe(3);
});

test("a busy machine has fewer free slots, but only channels make it full", () => {
  expect(usedSlots({ taken: 0, slots: 40 }, 2)).toBe(20);
  expect(usedSlots({ taken: 0, slots: 40 }, 50)).toBe(36);
  expect(usedSlots({ taken: 40, slots: 40 }, 50)).toBe(40);
});
