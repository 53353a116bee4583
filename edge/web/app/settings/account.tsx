// The account tab: picture, display name, e-mail address, login, data export and account deletion.

import { useSignal } from "@preact/signals";
import { call, refresh } from "../session.ts";
import { EmailField } from "../ui/account-fields.tsx";
import { dateText } from "../ui/dates.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { emailError, loginError } from "../ui/form-errors.ts";
import { Panel } from "../ui/panel.tsx";
import { PanelForm } from "../ui/panel-form.tsx";
import { ResendEmail } from "../ui/resend-email.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/settings.ts";
import { words as uiWords } from "../words/ui.ts";
import { DeleteAccount, ExportData } from "./delete-account.tsx";
import { Mark } from "./mark.tsx";
import { NameColor } from "./name-color.tsx";
import { OwnPicture } from "./own-picture.tsx";
import { reauthenticated } from "./reauthenticate.tsx";
import type { TabProps } from "./tab-props.ts";

export const AccountTab = ({ user, account, reloadAccount }: TabProps) => (
  <div class="settings-columns">
    <div class="settings-panels">
      <OwnPicture user={user} />
      <DisplayName user={user} />
      <NameColor user={user} />
      <Email account={account} reloadAccount={reloadAccount} />
      <Login account={account} reloadAccount={reloadAccount} />
    </div>
    <div class="settings-panels">
      <ExportData login={account.login} />
      <DeleteAccount login={account.login} />
    </div>
  </div>
);

function DisplayName({ user }: Pick<TabProps, "user">) {
  const name = useSignal(user.displayName);
  const success = useSuccess();
  const form = useForm({
    check: () => ({ displayName: name.value.trim() ? null : words.enterName }),
    async send() {
      success.value = null;
      await call("/me", { method: "PATCH", body: { displayName: name.value.trim() } });
      await refresh(); // The header and chat take the name from the session.
      success.value = uiWords.saved;
    },
  });
  useUnsaved(name.value.trim() !== user.displayName, form);
  return (
    <Panel id="name" title={words.name} about={words.nameAbout}>
      <PanelForm form={form} word={words.save} disabled={name.value.trim() === user.displayName} success={success}>
        <Field
          name="displayName"
          label={words.displayName}
          value={name}
          error={form.errors.fields.displayName}
          autocomplete="nickname"
          maxLength={50}
          dir="auto"
        />
      </PanelForm>
    </Panel>
  );
}

function Email({ account, reloadAccount }: Omit<TabProps, "user">) {
  const email = useSignal("");
  const success = useSuccess();
  useUnsaved(email.value !== "");
  const form = useForm({
    check: () => ({ email: emailError(email.value.trim()) }),
    async send() {
      success.value = null;
      const wanted = email.value.trim();
      if (!(await reauthenticated((proof) => call("/me/email", { method: "PUT", body: { email: wanted, ...proof } }))))
        return;
      email.value = "";
      success.value = words.emailSent(wanted);
      await reloadAccount();
    },
  });
  const { emailVerified, pendingEmail } = account;
  return (
    <Panel
      id="email"
      title={words.email}
      mark={<Mark on={emailVerified} word={emailVerified ? words.confirmed : words.notConfirmed} />}
      about={
        <>
          <strong class="fact">{account.email}</strong>
          {pendingEmail ? (
            <>
              <br />
              {words.emailChanges[0]}
              <strong class="fact">{pendingEmail}</strong>
              {words.emailChanges[1]}
            </>
          ) : null}
        </>
      }
    >
      {emailVerified ? null : <ResendEmail />}
      <PanelForm form={form} word={words.changeAddress} disabled={email.value.trim() === ""} success={success}>
        <EmailField
          label={words.newAddress}
          value={email}
          error={form.errors.fields.email}
          hint={words.newAddressHint}
        />
      </PanelForm>
    </Panel>
  );
}

function Login({ account, reloadAccount }: Omit<TabProps, "user">) {
  const login = useSignal("");
  const success = useSuccess();
  const { loginChangeAllowedAt } = account;
  useUnsaved(login.value !== "");
  const form = useForm({
    check: () => ({ login: loginError(login.value.trim()) }),
    async send() {
      success.value = null;
      const wanted = login.value.trim();
      if (!(await reauthenticated((proof) => call("/me/login", { method: "PUT", body: { login: wanted, ...proof } }))))
        return;
      login.value = "";
      success.value = words.loginChanged;
      await refresh();
      await reloadAccount();
    },
  });
  return (
    <Panel
      id="login"
      title={words.login}
      about={
        <>
          {words.loginAbout[0]}
          <strong class="fact">{`${window.location.host}/${account.login}`}</strong>
          {words.loginAbout[1]}
        </>
      }
    >
      {loginChangeAllowedAt ? (
        <p class="notice">{words.loginAllowedAt(dateText(loginChangeAllowedAt))}</p>
      ) : (
        <PanelForm form={form} word={words.changeLogin} disabled={login.value.trim() === ""} success={null}>
          <Field
            name="login"
            label={words.newLogin}
            value={login}
            error={form.errors.fields.login}
            hint={words.newLoginHint}
            autocomplete="off"
          />
        </PanelForm>
      )}
      <Success text={success} />
    </Panel>
  );
}
