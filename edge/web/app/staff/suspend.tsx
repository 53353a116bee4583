// The dialog that suspends an account or a channel: duration and reason.

import { type Signal, useSignal } from "@preact/signals";
import type { SuspendedView } from "#schema/api/suspensions.ts";
import { call } from "../session.ts";
import { Choice } from "../ui/choice.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";

export interface Suspending {
  kind: "users" | "channels";
  login: string;
  name: string;
}

const HOUR_MS = 3_600_000;
const LENGTHS = [
  [String(HOUR_MS), "1 hour"],
  [String(24 * HOUR_MS), "1 day"],
  [String(7 * 24 * HOUR_MS), "7 days"],
  [String(30 * 24 * HOUR_MS), "30 days"],
  ["", "Until staff lifts it"],
] as const;

const OUTCOMES: Record<SuspendedView["broadcast"], string> = {
  stopped: "The broadcast was ended.",
  off_air: "There was no broadcast to end.",
  unreachable: "The broadcast is hidden from viewers, but could not be ended yet. Suspend again in a minute.",
};

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
    check: () => ({ reason: reason.value.trim() ? null : "Enter a reason. The person will read it." }),
    async send() {
      const body = { reason: reason.value.trim(), ...(length.value ? { durationMs: Number(length.value) } : {}) };
      made.value = await call<SuspendedView>(`/admin/${kind}/${login}/suspension`, { method: "POST", body });
    },
  });
  if (made.value)
    return (
      <Dialog title={`${name} is suspended`} onClose={() => close(true)}>
        <p class="muted" role="status">
          It takes effect everywhere within five seconds. {OUTCOMES[made.value.broadcast]}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button primary" onClick={() => close(true)}>
            Close
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={kind === "users" ? `Suspend ${name}?` : `Suspend the channel ${name}?`} onClose={() => close(false)}>
      <p class="muted">
        {kind === "users"
          ? "They are signed out everywhere, and their channel is hidden until the suspension ends."
          : "Nobody can watch it, and its owner cannot broadcast. The account itself is not suspended."}
      </p>
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Choice id="length" label="For" value={length} options={LENGTHS} />
        <TextArea
          id="suspend-reason"
          name="reason"
          label="Reason (shown to the person)"
          value={reason}
          error={form.errors.fields.reason}
          rows={3}
          maxLength={500}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => close(false)}>
            Cancel
          </button>
          <Submit form={form} word="Suspend" kind="danger solid" />
        </div>
      </form>
    </Dialog>
  );
}
