// The look of this page, as a signal, and its changes: by the person, in another tab, and by the system.

import { signal } from "@preact/signals";
import { readTheme } from "../ui/theme.ts";
import { keepLook, keptLook, type Look, showLook } from "./look.ts";

export const look = signal<Look>({ theme: "system", chatWidthPx: 0 });

/** `isKept` false: while a person still moves something. */
export function changeLook(change: Partial<Look>, { isKept = true } = {}) {
  look.value = { ...look.peek(), ...change };
  if (isKept) keepLook(look.value);
  show();
}

export function startLook() {
  look.value = keptLook();
  show();
  window.addEventListener("storage", () => {
    look.value = keptLook();
    show();
  });
  window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => readTheme());
}

function show() {
  showLook(look.peek());
  readTheme();
}
