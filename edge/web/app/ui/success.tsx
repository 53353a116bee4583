// What a form says beside its button after a success.

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { after } from "../clock.ts";
import { words } from "../words/ui.ts";
import { CheckIcon } from "./icons.tsx";

/** The text of a success, shown until the next action. */
export const useSuccess = (): Signal<string | null> => useSignal<string | null>(null);

const SAVED_SHOWN_MS = 3_000;

/** `Saved` goes after 3 s; a longer text stays until the next action. */
export function Success({ text }: { text: Signal<string | null> }) {
  useSignalEffect(() => {
    if (text.value !== words.saved) return;
    return after(SAVED_SHOWN_MS, () => {
      text.value = null;
    });
  });
  return (
    <p class="success" role="status">
      {text.value ? (
        <>
          <CheckIcon size="text" />
          {text.value}
        </>
      ) : null}
    </p>
  );
}
