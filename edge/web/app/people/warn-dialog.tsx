// A moderator warns somebody, and says why.

import { useSignal } from "@preact/signals";
import { NOTE_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useForm } from "../ui/form.ts";
import { isolated } from "../ui/isolated-name.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { words } from "../words/moderation.ts";
import { words as uiWords } from "../words/ui.ts";
import { warn } from "./moderation-acts.ts";
import type { Warned } from "./warned.ts";

export interface WarnFormProps {
  whom: Warned;
  close(): void;
}

export function WarnForm({ whom: { channel, login, displayName, onDone }, close }: WarnFormProps) {
  const reason = useSignal("");
  const form = useForm({
    check: () => ({ reason: reason.value.trim() === "" ? words.sayWhy : null }),
    async send() {
      await warn({ channel, person: login, reason: reason.value.trim() });
      close();
      onDone?.();
    },
  });
  return (
    <Dialog title={words.warnAsk(isolated(displayName))} onClose={close}>
      <form class="stack" {...form.props}>
        <FormNotice form={form} />
        <TextArea
          id="warn-reason"
          name="reason"
          label={words.reason}
          hint={words.reasonHint}
          value={reason}
          rows={3}
          maxLength={NOTE_LENGTH_MAX}
          error={form.errors.fields.reason}
          dir="auto"
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={close}>
            {uiWords.cancel}
          </button>
          <Submit form={form} word={words.warn} />
        </div>
      </form>
    </Dialog>
  );
}
