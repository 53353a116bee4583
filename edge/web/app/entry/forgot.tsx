// Requests an e-mail with a link to reset the password. The answer never tells whether the address has an account.

import { useSignal } from "@preact/signals";
import { callApi } from "../api.ts";
import { EmailField } from "../ui/account-fields.tsx";
import { useForm } from "../ui/form.ts";
import { emailError } from "../ui/form-errors.ts";
import { words } from "../words/entry.ts";
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
      <a href={withNext("/login")}>{words.backToSignIn}</a>
    </p>
  );
  if (sentTo.value !== null)
    return (
      <Card
        title={words.checkInbox}
        lead={
          <span role="status">
            {words.linkSent[0]}
            <strong>{sentTo}</strong>
            {words.linkSent[1]}
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
          {words.tryAnother}
        </button>
      </Card>
    );
  return (
    <Card title={words.forgotTitle} lead={words.forgotText} below={back}>
      <CardForm form={form} action={words.sendLink}>
        <EmailField label={words.email} value={email} error={form.errors.fields.email} autofocus />
      </CardForm>
    </Card>
  );
}
