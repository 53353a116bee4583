// A dialog before an action that cannot be undone: what will happen, a way out, and a button named after the action.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { errorText } from "../api.ts";
import { Alert } from "./alert.tsx";
import { Dialog } from "./dialog.tsx";
import { capitalized } from "./form-errors.ts";

interface ConfirmProps {
  title: string;
  /** Text of the button: the action itself. */
  word: string;
  children: ComponentChildren;
  /** If this rejects, the dialog stays open and shows the error. */
  act(): Promise<unknown>;
  /** Called after the action, or when it was cancelled. */
  onClose(): void;
}

export function Confirm({ title, word, children, act, onClose }: ConfirmProps) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const go = async () => {
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
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button danger solid" onClick={go} disabled={busy.value}>
          {busy.value ? "One moment…" : word}
        </button>
      </div>
    </Dialog>
  );
}
