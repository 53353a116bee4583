// A forgotten password: a letter with a link is asked for. Whether the address has an account is told to nobody.

import { useSignal } from "@preact/signals";
import { callApi } from "../api.ts";
import { Field } from "../ui/field.tsx";
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
      <a href={withNext("/login")}>Back to signing in</a>
    </p>
  );
  if (sentTo.value !== null)
    return (
      <Card
        title="Check your inbox"
        lead={
          <span role="status">
            If an account has the address <strong>{sentTo}</strong>, an e-mail with a link is on its way. The link works
            for an hour; look among spam, too.
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
      lead="Tell us the e-mail address of your account, and we send you a link to choose a new one."
      below={back}
    >
      <CardForm form={form} action="Send the link">
        <Field
          name="email"
          label="E-mail"
          type="email"
          inputmode="email"
          value={email}
          error={form.errors.fields.email}
          autocomplete="email"
          autofocus
        />
      </CardForm>
    </Card>
  );
}
