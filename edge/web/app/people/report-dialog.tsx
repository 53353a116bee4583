// The dialog in which a channel, a line or a person is reported to staff.

import { useSignal } from "@preact/signals";
import type { ReportKind, ReportReason } from "#schema/api/reports.ts";
import { call } from "../session.ts";
import { Choice } from "../ui/choice.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import type { Reported } from "./reported.ts";

export const REASONS: Record<ReportReason, string> = {
  spam: "Spam or scam",
  harassment: "Harassment or bullying",
  hate: "Hate",
  violence: "Violence or threats",
  sexual: "Sexual content",
  self_harm: "Self-harm",
  minor_safety: "A child is in danger",
  impersonation: "Pretends to be somebody else",
  copyright: "Copyright",
  illegal: "Something else that is against the law",
  other: "Something else",
};
const CHOICES = [["", "Please choose"], ...Object.entries(REASONS)] as [ReportReason | "", string][];
const DETAIL_LENGTH_MAX = 1_000;
const WORDS: Record<ReportKind, string> = { channel: "channel", line: "message", user: "person" };

interface ReportFormProps {
  what: Reported;
  close(): void;
}

export function ReportForm({ what, close }: ReportFormProps) {
  const { kind, target, channel, name, body } = what;
  const reason = useSignal<ReportReason | "">("");
  const detail = useSignal("");
  const sent = useSignal(false);
  const form = useForm({
    check: () => ({ reason: reason.value ? null : "Choose what is wrong." }),
    async send() {
      const text = detail.value.trim();
      await call("/reports", {
        method: "POST",
        body: {
          kind,
          target,
          reason: reason.value,
          ...(text ? { detail: text } : {}),
          ...(channel ? { channel } : {}),
        },
      });
      sent.value = true;
    },
  });
  if (sent.value)
    return (
      <Dialog title="Thank you" onClose={close}>
        <p class="muted" role="status">
          The staff of this site will look at it. {name} is not told who reported.
        </p>
        <div class="dialog-actions">
          <button type="button" class="button primary" onClick={close} ref={(button) => button?.focus()}>
            Close
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={`Report this ${WORDS[kind]}`} onClose={close}>
      {body ? (
        <blockquote class="quote">
          <strong>{name}</strong>: {body}
        </blockquote>
      ) : (
        <p class="muted">{name}</p>
      )}
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Choice
          id="report-reason"
          name="reason"
          label="What is wrong?"
          value={reason}
          error={form.errors.fields.reason}
          options={CHOICES}
        />
        <TextArea
          id="report-detail"
          name="detail"
          label="Details"
          value={detail}
          rows={3}
          maxLength={DETAIL_LENGTH_MAX}
          isOptional
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <Submit form={form} word="Send report" />
        </div>
      </form>
    </Dialog>
  );
}
