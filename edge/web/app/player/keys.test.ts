// The player's keyboard shortcuts.

import { expect, test } from "bun:test";
import { playerKey } from "./keys.ts";

/** A key pressed on an element inside one that matches the selector `inside`. */
const on = (key: string, inside: string | null = null, more = {}) =>
  playerKey({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    defaultPrevented: false,
    target: {
      closest: (selector: string) => (inside && selector.split(", ").includes(inside) ? {} : null),
    } as unknown as EventTarget,
    ...more,
  });

test("letters and space control the player from anywhere on the page", () => {
  expect([" ", "k", "M", "f", "t", "ArrowLeft", "ArrowRight"].map((key) => on(key))).toEqual([
    "toggle",
    "toggle",
    "mute",
    "fullscreen",
    "theatre",
    "back",
    "forward",
  ]);
});

test("in a text field they type, and in a dialog they are the dialog's", () => {
  for (const field of ["input", "textarea", "[contenteditable]", "dialog"]) expect(on("k", field)).toBeNull();
  expect(on("Escape", "dialog")).toBeNull();
});

test("browser shortcuts and other keys are ignored", () => {
  expect(on("f", null, { ctrlKey: true })).toBeNull();
  expect(on("t", null, { metaKey: true })).toBeNull();
  expect(on("x")).toBeNull();
});

test("space presses a focused button, and arrow up scrolls unless the player has focus", () => {
  expect(on(" ", "button")).toBeNull();
  expect(on("ArrowUp")).toBeNull();
  expect(on("ArrowUp", ".player")).toBe("louder");
});

test("j and l go far, Shift and l go back to live, c is for the chat", () => {
  expect(["j", "l", "L", "c"].map((key) => on(key))).toEqual(["far-back", "far-forward", "far-forward", "chat"]);
  expect(on("L", null, { shiftKey: true })).toBe("live");
  expect(on("L", "textarea", { shiftKey: true })).toBeNull();
});

test("Escape leaves what a key has entered", () => {
  expect(on("Escape")).toBe("leave");
  expect(on("Escape", null, { defaultPrevented: true })).toBeNull(); // It has closed a menu.
});
