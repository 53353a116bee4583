// What panels of the settings have beside their heading and their buttons: a mark of a state, and a message after a success.

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { after } from "../clock.ts";
import { CheckIcon } from "../ui/icons.tsx";

/** The text of a success, shown until the next action. */
export const useSuccess = (): Signal<string | null> => useSignal<string | null>(null);

const SAVED_SHOWN_MS = 3_000;

/** `Saved` goes after 3 s; a longer text stays until the next action. */
export function Success({ text }: { text: Signal<string | null> }) {
  useSignalEffect(() => {
    if (text.value !== "Saved") return;
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

export const Mark = ({ on, word }: { on: boolean; word: string }) => (
  <span class={on ? "state-mark on" : "state-mark"}>{word}</span>
);
