// A question before an action that cannot be undone: what will happen, a way out, and a button named after the action.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { errorText } from "../api.ts";
import { words } from "../words/ui.ts";
import { Alert } from "./alert.tsx";
import { capitalized } from "./capitalized.ts";
import { Dialog } from "./dialog.tsx";

interface ConfirmProps {
  title: string;
  /** Text of the button: the action itself, `End broadcast`. */
  word: string;
  /** What will happen. */
  children: ComponentChildren;
  /** If this rejects, the dialog stays open and shows the error. */
  act(): Promise<unknown>;
  /** Called after the action, or when it was cancelled. */
  onClose(): void;
  /** False: nothing is lost by it, so that the action has the focus. Default true: the way out has it. */
  isHarm?: boolean;
}

export function Confirm({ title, word, children, act, onClose, isHarm = true }: ConfirmProps) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const go = async () => {
    if (busy.value) return;
    busy.value = true;
    trouble.value = null;
    try {
      await act();
      onClose();
    } catch (error) {
      trouble.value = capitalized(errorText(error));
      busy.value = false;
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="muted">{children}</p>
      <Alert text={trouble.value} />
      <div class="dialog-actions">
        {/* A dialog that opens under somebody's hands must not be answered by the next press of Enter. */}
        <button type="button" class="button" onClick={onClose} autofocus={isHarm}>
          {words.cancel}
        </button>
        <button
          type="button"
          class={isHarm ? "button danger solid" : "button primary"}
          onClick={go}
          // Not disabled: the focus stays on it.
          aria-disabled={busy.value ? true : undefined}
          autofocus={!isHarm}
        >
          {busy.value ? words.oneMoment : word}
        </button>
      </div>
    </Dialog>
  );
}
