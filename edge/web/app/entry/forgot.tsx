// Requests an e-mail with a link to reset the password. The answer never tells whether the address has an account.

import { useSignal } from "@preact/signals";
import { callApi } from "../api.ts";
import { EmailField } from "../ui/account-fields.tsx";
import { useForm } from "../ui/form.ts";
import { emailError } from "../ui/form-errors.ts";
import { Card, CardForm, withNext } from "./card.tsx";

export function Forgot() {
  const email = useSignal("");
  const sentTo = useSignal<string | null>(null);
  const form = useForm({
    check: () => ({ email: emailError(email.value.trim()) }),
    async send() {
      const address = email.value.trim();
      await callApi("/auth/password/forgot", { method: "POST", body: { email: address } });
      sentTo.value = address;
    },
  });
  const back = (
    <p>
      <a href={withNext("/login")}>Back to sign-in</a>
    </p>
  );
  if (sentTo.value !== null)
    return (
      <Card
        title="Check your inbox"
        lead={
          <span role="status">
            If there is an account with the address <strong>{sentTo}</strong>, we sent it an e-mail with a link. The
            link works for an hour. Check your spam folder, too.
          </span>
        }
        below={back}
      >
        <button
          type="button"
          class="button large wide"
          onClick={() => {
            sentTo.value = null;
          }}
        >
          Try another address
        </button>
      </Card>
    );
  return (
    <Card
      title="Forgot your password?"
      lead="Enter the e-mail address of your account, and we will send you a link to choose a new password."
      below={back}
    >
      <CardForm form={form} action="Send the link">
        <EmailField label="E-mail" value={email} error={form.errors.fields.email} autofocus />
      </CardForm>
    </Card>
  );
}
