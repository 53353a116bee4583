// What toasts say, and for how long.

import { afterEach, expect, test } from "bun:test";
import { ApiError } from "../api.ts";
import { closeToast, showFailure, showToast, toast, toastLengthMs, undoToast } from "./toast.ts";

afterEach(closeToast);
const shown = () => toast.value!;

test("a toast stays for 6 s, for 8 s with Undo, and an error until it is closed", () => {
  showToast("Saved.");
  expect(toastLengthMs(shown())).toBe(6_000);
  showToast("Removed.", () => {});
  expect(toastLengthMs(shown())).toBe(8_000);
  showFailure(new ApiError(503, "unavailable", "part of the site is away"));
  expect([shown().text, toastLengthMs(shown())]).toEqual(["Part of the site is away", null]);
});

test("there is one at a time: the newest", () => {
  showToast("One.");
  showToast("Two.");
  expect(shown().text).toBe("Two.");
});

test("Undo closes the toast at once, and may say something itself", async () => {
  let undone = 0;
  showToast("Removed.", () => {
    expect(toast.value).toBeNull();
    undone++;
    showToast("Back again.");
  });
  await undoToast(shown());
  expect([undone, shown().text]).toEqual([1, "Back again."]);
});

test("what cannot be undone is said", async () => {
  showToast("Removed.", async () => {
    throw new ApiError(0, "network", "the server does not answer");
  });
  await undoToast(shown());
  expect([shown().text, shown().isError]).toEqual(["The server does not answer", true]);
});
