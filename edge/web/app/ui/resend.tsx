// Asks for the letter once more, and says what became of it.

import { useSignal } from "@preact/signals";
import { call } from "../session.ts";
import { formErrors } from "./form-errors.ts";

export function Resend() {
  const said = useSignal("");
  const busy = useSignal(false);
  const send = async () => {
    busy.value = true;
    try {
      await call("/auth/email/resend", { method: "POST", body: {} });
      said.value = "Sent. It may take a minute; look among spam, too.";
    } catch (error) {
      said.value = formErrors(error, []).form ?? "";
    }
    busy.value = false;
  };
  return (
    <p class="resend">
      <button type="button" class="link" onClick={send} disabled={busy.value}>
        Send the letter again
      </button>
      <span role="status" class="muted">
        {said}
      </span>
    </p>
  );
}
