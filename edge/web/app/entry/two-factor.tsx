// The two-factor part of signing in: a code from the authenticator app, or a recovery code.

import { useSignal } from "@preact/signals";
import { instanceName } from "../instance.ts";
import { AppCodeField } from "../ui/account-fields.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { Card, CardForm } from "./card.tsx";

interface TwoFactorFormProps {
  send(otp: string): Promise<void>;
  onBack(): void;
}

export function TwoFactorForm({ send, onBack }: TwoFactorFormProps) {
  const otp = useSignal("");
  const recovery = useSignal(false);
  const form = useForm({
    check: () => ({ otp: otp.value.trim() ? null : recovery.value ? "Enter a recovery code." : "Enter the code." }),
    async send() {
      try {
        await send(otp.value.trim());
      } catch (error) {
        otp.value = "";
        throw error;
      }
    },
  });
  const switchKind = () => {
    recovery.value = !recovery.value;
    otp.value = "";
    form.clear();
  };
  const wrong = form.errors.fields.otp;
  return (
    <Card
      title="Two-factor sign-in"
      lead={
        recovery.value
          ? "Enter one of the recovery codes you saved. Each works once."
          : `Open your authenticator app and enter the six digits it shows for ${instanceName}.`
      }
      below={
        <p class="entry-ways">
          <button type="button" class="link" onClick={switchKind}>
            {recovery.value ? "Use the app instead" : "Use a recovery code"}
          </button>
          <button type="button" class="link" onClick={onBack}>
            Start again
          </button>
        </p>
      }
    >
      <CardForm form={form} action="Sign in">
        {recovery.value ? (
          <Field
            key="recovery"
            name="otp"
            label="Recovery code"
            value={otp}
            error={wrong && "This code is wrong or was already used."}
            autocomplete="off"
            autofocus
            code
          />
        ) : (
          <AppCodeField key="app" value={otp} error={wrong} autofocus />
        )}
      </CardForm>
    </Card>
  );
}
