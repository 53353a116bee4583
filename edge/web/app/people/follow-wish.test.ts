// The wish to follow over a sign-in.

import { afterEach, beforeEach, expect, test } from "bun:test";
import { storageWith, withoutStorage } from "../testing-storage.ts";
import { keepFollowWish, takeFollowWish } from "./follow-wish.ts";

beforeEach(() => void storageWith("sessionStorage"));
afterEach(withoutStorage);

test("a wish holds once, for the channel it was about", () => {
  keepFollowWish("ada", 1_000);
  expect(takeFollowWish("bob", 2_000)).toBe(false);
  expect(takeFollowWish("ada", 2_000)).toBe(true);
  expect(takeFollowWish("ada", 2_000)).toBe(false);
});

test("a wish of more than a quarter of an hour ago, or of the future, is none", () => {
  keepFollowWish("ada", 0);
  expect(takeFollowWish("ada", 900_001)).toBe(false);
  keepFollowWish("ada", 5_000);
  expect(takeFollowWish("ada", 0)).toBe(false);
});

test("storage with another value, or without storage, holds no wish", () => {
  for (const value of ["{", "7", "null", '{"login":"ada"}']) {
    storageWith("sessionStorage", { "follow-wish": value });
    expect(takeFollowWish("ada", 0)).toBe(false);
  }
  withoutStorage();
  keepFollowWish("ada", 0);
  expect(takeFollowWish("ada", 0)).toBe(false);
});
