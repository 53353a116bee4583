// Turning two-factor sign-in on: the secret as a QR code and as text, then a first code from the app.

import { useSignal } from "@preact/signals";
import type { ProposedTotpView } from "#schema/api/two-factor.ts";
import { call } from "../session.ts";
import { AppCodeField } from "../ui/account-fields.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { words } from "../words/settings.ts";
import { QrCode } from "./qr-code.tsx";

interface TwoFactorSetupProps {
  proposal: ProposedTotpView;
  onCancel(): void;
  onDone(recoveryCodes: string[]): void;
}

export function TwoFactorSetup({ proposal: { secret, otpauthUrl }, onCancel, onDone }: TwoFactorSetupProps) {
  const code = useSignal("");
  const form = useForm({
    check: () => ({ otp: /^\d{6}$/.test(digits(code.value)) ? null : words.enterSixDigits }),
    async send() {
      const body = { code: digits(code.value) };
      const { recoveryCodes } = await call<{ recoveryCodes: string[] }>("/me/totp/confirm", { method: "POST", body });
      onDone(recoveryCodes);
    },
  });
  return (
    <div class="two-factor-setup inset">
      <QrCode text={otpauthUrl} label={words.qrCode} />
      <ol class="recipe">
        <li>
          <strong>{words.scanCode}</strong>
          <span>
            {words.scanCodeWhat} <a href={otpauthUrl}>{words.openApp}</a>
          </span>
        </li>
        <li class="recipe-plain">
          <div class="secret">
            <code>{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
            <CopyButton text={secret} label={words.copySecret} />
          </div>
        </li>
        <li>
          <strong>{words.sixDigits}</strong>
          <span>{words.sixDigitsWhat}</span>
        </li>
      </ol>
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <AppCodeField value={code} error={form.errors.fields.otp} autofocus />
        <div class="panel-actions">
          <Submit form={form} word={words.turnOn} />
          <button type="button" class="button" onClick={onCancel}>
            {words.cancel}
          </button>
        </div>
      </form>
    </div>
  );
}

const digits = (text: string) => text.replace(/\s/g, "");
