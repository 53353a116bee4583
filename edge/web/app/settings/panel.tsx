// What panels of the settings have beside their heading and their buttons: a mark of a state, and a message after a success.

import { type Signal, useSignal } from "@preact/signals";
import { CheckIcon } from "../ui/icons.tsx";

/** The text of a success, shown until the next action. */
export const useSuccess = (): Signal<string | null> => useSignal<string | null>(null);

export const Success = ({ text }: { text: Signal<string | null> }) => (
  <p class="success" role="status">
    {text.value ? (
      <>
        <CheckIcon size="text" />
        {text.value}
      </>
    ) : null}
  </p>
);

export const Mark = ({ on, word }: { on: boolean; word: string }) => (
  <span class={on ? "state-mark on" : "state-mark"}>{word}</span>
);
