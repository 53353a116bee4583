// Asks once more before something that cannot be taken back: what happens then, a way out, and the act by its name.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { sentence } from "../api.ts";
import { Dialog } from "./dialog.tsx";
import { capital } from "./form-errors.ts";

interface ConfirmProps {
  title: string;
  /** What the button says: the act itself. */
  word: string;
  children: ComponentChildren;
  /** What goes wrong is said in the dialog, which stays open then. */
  act(): Promise<unknown>;
  /** After the act, or without it. */
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
      trouble.value = capital(sentence(error));
      busy.value = false;
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="muted">{children}</p>
      <div role="alert">{trouble.value ? <p class="notice bad">{trouble.value}</p> : null}</div>
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
