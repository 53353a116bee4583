// The two-factor part of signing in: a code from the authenticator app, or a recovery code.

import { useSignal } from "@preact/signals";
import { instanceName } from "../instance.ts";
import { AppCodeField } from "../ui/account-fields.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { words } from "../words/entry.ts";
import { Card, CardForm } from "./card.tsx";

interface TwoFactorFormProps {
  send(otp: string): Promise<void>;
  onBack(): void;
}

export function TwoFactorForm({ send, onBack }: TwoFactorFormProps) {
  const otp = useSignal("");
  const recovery = useSignal(false);
  const form = useForm({
    check: () => ({ otp: otp.value.trim() ? null : recovery.value ? words.recoveryCodeMissing : words.codeMissing }),
    async send() {
      try {
        await send(otp.value.replace(/\s/g, "")); // Apps show codes in two groups, and people copy them so.
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
      title={words.twoFactor}
      lead={recovery.value ? words.enterRecoveryCode : words.enterSixDigits(instanceName)}
      below={
        <p class="entry-ways">
          <button type="button" class="link" onClick={switchKind}>
            {recovery.value ? words.useApp : words.useRecoveryCode}
          </button>
          <button type="button" class="link" onClick={onBack}>
            {words.startAgain}
          </button>
        </p>
      }
    >
      <CardForm form={form} action={words.signIn}>
        {recovery.value ? (
          <Field
            key="recovery"
            name="otp"
            label={words.recoveryCode}
            value={otp}
            error={wrong && words.recoveryCodeWrong}
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
