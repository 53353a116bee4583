// Sends the confirmation e-mail again and shows the result.

import { useSignal } from "@preact/signals";
import { wallMs } from "../clock.ts";
import { call } from "../session.ts";
import { formErrors } from "./form-errors.ts";
import { countdownText, useTicker } from "./ticker.ts";

/** The button is disabled this long after sending. */
const AGAIN_AFTER_MS = 30_000;

export function ResendEmail() {
  const said = useSignal("");
  const busy = useSignal(false);
  const untilMs = useSignal<number | null>(null);
  const waitMs = useTicker(untilMs.value);
  const send = async () => {
    busy.value = true;
    try {
      await call("/auth/email/resend", { method: "POST", body: {} });
      said.value = "Sent. It may take a minute. Check your spam folder, too.";
      untilMs.value = wallMs() + AGAIN_AFTER_MS;
    } catch (error) {
      const wrong = formErrors(error, []);
      said.value = wrong.form ?? "";
      untilMs.value = wrong.untilMs;
    }
    busy.value = false;
  };
  return (
    <p class="resend">
      <button type="button" class="link" onClick={send} disabled={busy.value || waitMs > 0}>
        Send the e-mail again{waitMs > 0 ? ` (in ${countdownText(waitMs)})` : ""}
      </button>
      <span role="status" class="muted">
        {said}
      </span>
    </p>
  );
}
