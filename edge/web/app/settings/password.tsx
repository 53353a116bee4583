// Changing the password, or setting the first one for a user who signs in through a provider.

import { useSignal } from "@preact/signals";
import { call } from "../session.ts";
import { NewPasswordField } from "../ui/account-fields.tsx";
import { Field, HiddenUsername } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { passwordError } from "../ui/form-errors.ts";
import { Panel } from "../ui/panel.tsx";
import { PanelForm } from "../ui/panel-form.tsx";
import { useSuccess } from "../ui/success.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/settings.ts";
import { devicesChanged } from "./devices.tsx";
import { reauthenticated } from "./reauthenticate.tsx";
import type { TabProps } from "./tab-props.ts";

export function Password({ user, account: { hasPassword }, reloadAccount }: TabProps) {
  const oldPassword = useSignal("");
  const password = useSignal("");
  const success = useSuccess();
  useUnsaved(oldPassword.value + password.value !== "");
  const form = useForm({
    check: () => ({
      ...(hasPassword ? { oldPassword: oldPassword.value ? null : words.enterCurrentPassword } : {}),
      password: passwordError(password.value),
    }),
    async send() {
      success.value = null;
      const body = { password: password.value };
      const put = (proof: object) => call("/me/password", { method: "PUT", body: { ...body, ...proof } });
      if (hasPassword) await put({ oldPassword: oldPassword.value });
      else if (!(await reauthenticated(() => put({})))) return;
      oldPassword.value = password.value = "";
      success.value = words.passwordChanged;
      devicesChanged();
      await reloadAccount();
    },
  });
  const { fields } = form.errors;
  return (
    <Panel id="password" title={words.password} about={hasPassword ? words.passwordAbout : words.passwordFirst}>
      <PanelForm
        form={form}
        word={hasPassword ? words.changePassword : words.setPassword}
        disabled={password.value === ""}
        success={success}
      >
        <HiddenUsername login={user.login} />
        {hasPassword ? (
          <Field
            name="oldPassword"
            label={words.currentPassword}
            type="password"
            value={oldPassword}
            error={fields.oldPassword}
            autocomplete="current-password"
          />
        ) : null}
        <NewPasswordField label={words.newPassword} value={password} error={fields.password} />
      </PanelForm>
    </Panel>
  );
}
