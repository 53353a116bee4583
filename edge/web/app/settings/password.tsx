// A new password; for who came by a provider only, their first.

import { useSignal } from "@preact/signals";
import { call } from "../session.ts";
import { Field, HiddenUsername } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { PASSWORD_HINT, passwordError } from "../ui/form-errors.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { devicesChanged } from "./devices.tsx";
import { Panel, Said, useSaid } from "./panel.tsx";
import { proved } from "./reauthenticate.tsx";
import type { TabProps } from "./tab-props.ts";

export function Password({ user, account: { hasPassword }, changed }: TabProps) {
  const oldPassword = useSignal("");
  const password = useSignal("");
  const said = useSaid();
  const form = useForm({
    check: () => ({
      ...(hasPassword ? { oldPassword: oldPassword.value ? null : "Enter the password you have now." } : {}),
      password: passwordError(password.value),
    }),
    async send() {
      said.value = null;
      const body = { password: password.value };
      const put = (proof: object) => call("/me/password", { method: "PUT", body: { ...body, ...proof } });
      if (hasPassword) await put({ oldPassword: oldPassword.value });
      else if (!(await proved(() => put({})))) return;
      oldPassword.value = password.value = "";
      said.value = "Changed. All other devices were signed out.";
      devicesChanged();
      await changed();
    },
  });
  const { fields } = form.errors;
  return (
    <Panel
      id="password"
      title="Password"
      about={
        hasPassword
          ? "A new one signs all other devices out."
          : "You sign in through another site. With a password you can sign in without it, too."
      }
    >
      <form onSubmit={form.submit} noValidate class="stack">
        <FormNotice form={form} />
        <HiddenUsername login={user.login} />
        {hasPassword ? (
          <Field
            name="oldPassword"
            label="Current password"
            type="password"
            value={oldPassword}
            error={fields.oldPassword}
            autocomplete="current-password"
          />
        ) : null}
        <Field
          name="password"
          label="New password"
          type="password"
          value={password}
          error={fields.password}
          hint={PASSWORD_HINT}
          autocomplete="new-password"
        />
        <div class="panel-actions">
          <Submit
            form={form}
            word={hasPassword ? "Change password" : "Set password"}
            disabled={password.value === ""}
          />
        </div>
        <Said said={said} />
      </form>
    </Panel>
  );
}
