// The dialog that suspends an account or a channel: duration and reason.

import { type Signal, useSignal } from "@preact/signals";
import type { SuspendedView } from "#schema/api/suspensions.ts";
import { call } from "../session.ts";
import { Choice } from "../ui/choice.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { words } from "../words/staff.ts";

export interface Suspending {
  kind: "users" | "channels";
  login: string;
  name: string;
}

const HOUR_MS = 3_600_000;
const LENGTHS = [
  [String(HOUR_MS), words.oneHour],
  [String(24 * HOUR_MS), words.oneDay],
  [String(7 * 24 * HOUR_MS), words.sevenDays],
  [String(30 * 24 * HOUR_MS), words.thirtyDays],
  ["", words.untilLifted],
] as const;

/** Open while `asked` is set. `onDone` is called when the dialog is closed after a suspension. */
export function SuspendDialog({ asked, onDone }: { asked: Signal<Suspending | null>; onDone?(): void }) {
  const who = asked.value;
  if (!who) return null;
  const close = (done: boolean) => {
    asked.value = null;
    if (done) onDone?.();
  };
  return <Open key={who.kind + who.login} who={who} close={close} />;
}

function Open({ who: { kind, login, name }, close }: { who: Suspending; close(done: boolean): void }) {
  const length = useSignal<string>(LENGTHS[1][0]);
  const reason = useSignal("");
  const made = useSignal<SuspendedView | null>(null);
  const form = useForm({
    check: () => ({ reason: reason.value.trim() ? null : words.reasonMissing }),
    async send() {
      const body = { reason: reason.value.trim(), ...(length.value ? { durationMs: Number(length.value) } : {}) };
      made.value = await call<SuspendedView>(`/admin/${kind}/${login}/suspension`, { method: "POST", body });
    },
  });
  if (made.value)
    return (
      <Dialog title={words.isSuspended(name)} onClose={() => close(true)}>
        <p class="muted" role="status">
          {words.withinSeconds} {words.outcomes[made.value.broadcast]}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button primary" onClick={() => close(true)}>
            {words.close}
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      title={kind === "users" ? words.suspendAsk(name) : words.suspendChannelAsk(name)}
      onClose={() => close(false)}
    >
      <p class="muted">{kind === "users" ? words.suspendWhat : words.suspendChannelWhat}</p>
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Choice id="length" label={words.suspendFor} value={length} options={LENGTHS} />
        <TextArea
          id="suspend-reason"
          name="reason"
          label={words.reason}
          value={reason}
          error={form.errors.fields.reason}
          rows={3}
          maxLength={500}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => close(false)}>
            {words.cancel}
          </button>
          <Submit form={form} word={words.suspend} kind="danger solid" />
        </div>
      </form>
    </Dialog>
  );
}
