// A short word about what was just done, with Undo where it can be undone. One at a time: a new one takes the place of the old one.

import { signal } from "@preact/signals";
import { errorText } from "../api.ts";
import { capitalized } from "./capitalized.ts";

export interface Toast {
  text: string;
  /** Null: nothing to undo. If it rejects, the error is shown. */
  undo: (() => unknown) | null;
  /** Stays until it is closed. Where it arose it is shown too, as far as that place is still there. */
  isError: boolean;
}

export const toast = signal<Toast | null>(null);

const SHOWN_MS = 6_000;
const UNDO_MS = 8_000;

/** How long it stays without pointer or focus on it; null: until it is closed. */
export const toastLengthMs = ({ undo, isError }: Toast): number | null => (isError ? null : undo ? UNDO_MS : SHOWN_MS);

export function showToast(text: string, undo: Toast["undo"] = null) {
  toast.value = { text, undo, isError: false };
}

/** For what failed away from any form. */
export const showFailure = (error: unknown) => showTrouble(capitalized(errorText(error)));

export function showTrouble(text: string) {
  toast.value = { text, undo: null, isError: true };
}

export function closeToast() {
  toast.value = null;
}

/** Closes the toast and undoes what it is about. */
export async function undoToast({ undo }: Toast) {
  closeToast();
  try {
    await undo?.();
  } catch (error) {
    showFailure(error);
  }
}
