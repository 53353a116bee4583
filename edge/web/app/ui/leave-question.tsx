// The question to a person who goes to another page while changes are not saved.

import { useSignal } from "@preact/signals";
import { leaving } from "../router.ts";
import { words } from "../words/leaving.ts";
import { words as uiWords } from "../words/ui.ts";
import { Dialog } from "./dialog.tsx";

export function LeaveQuestion() {
  const busy = useSignal(false);
  const asked = leaving.value;
  if (!asked) return null;
  const { save, question, go } = asked;
  const stay = () => {
    leaving.value = null;
  };
  const saveAndGo = async () => {
    if (busy.value) return;
    busy.value = true;
    if (await save?.()) go();
    else stay();
    busy.value = false;
  };
  return (
    <Dialog title={question?.title ?? words.unsaved} onClose={stay}>
      <p class="muted">{question?.text ?? (save ? words.unsavedWhat : words.unsavedHere)}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={stay} autofocus>
          {words.stay}
        </button>
        <button type="button" class="button danger" onClick={go}>
          {question?.leave ?? words.discard}
        </button>
        {save ? (
          <button
            type="button"
            class="button primary"
            onClick={saveAndGo}
            aria-disabled={busy.value ? true : undefined}
          >
            {busy.value ? uiWords.oneMoment : uiWords.save}
          </button>
        ) : null}
      </div>
    </Dialog>
  );
}
