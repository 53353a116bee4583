// The account tab: display name, e-mail address, login, data export and account deletion.

import { useSignal } from "@preact/signals";
import { call, refresh } from "../session.ts";
import { EmailField } from "../ui/account-fields.tsx";
import { dateText } from "../ui/dates.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { emailError, loginError } from "../ui/form-errors.ts";
import { Panel } from "../ui/panel.tsx";
import { ResendEmail } from "../ui/resend-email.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { DeleteAccount, ExportData } from "./delete-account.tsx";
import { Mark, Success, useSuccess } from "./panel.tsx";
import { reauthenticated } from "./reauthenticate.tsx";
import type { TabProps } from "./tab-props.ts";

export const AccountTab = ({ user, account, reloadAccount }: TabProps) => (
  <div class="settings-panels">
    <DisplayName user={user} />
    <Email account={account} reloadAccount={reloadAccount} />
    <Login account={account} reloadAccount={reloadAccount} />
    <ExportData login={account.login} />
    <DeleteAccount login={account.login} />
  </div>
);

function DisplayName({ user }: Pick<TabProps, "user">) {
  const name = useSignal(user.displayName);
  const success = useSuccess();
  useUnsaved(name.value.trim() !== user.displayName);
  const form = useForm({
    check: () => ({ displayName: name.value.trim() ? null : "Enter a name." }),
    async send() {
      success.value = null;
      await call("/me", { method: "PATCH", body: { displayName: name.value.trim() } });
      await refresh(); // The header and chat take the name from the session.
      success.value = "Saved";
    },
  });
  return (
    <Panel id="name" title="Name" about="Shown on your channel and in chat.">
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Field
          name="displayName"
          label="Display name"
          value={name}
          error={form.errors.fields.displayName}
          autocomplete="nickname"
          maxLength={50}
          dir="auto"
        />
        <div class="panel-actions panel-foot">
          <Submit form={form} word="Save" disabled={name.value.trim() === user.displayName} />
          <Success text={success} />
        </div>
      </form>
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
      success.value = `We sent an e-mail to ${wanted}. Open its link within a day.`;
      await reloadAccount();
    },
  });
  const { emailVerified, pendingEmail } = account;
  return (
    <Panel
      id="email"
      title="E-mail"
      mark={<Mark on={emailVerified} word={emailVerified ? "Confirmed" : "Not confirmed"} />}
      about={
        <>
          <strong class="fact">{account.email}</strong>
          {pendingEmail ? (
            <>
              {" "}
              – changes to <strong class="fact">{pendingEmail}</strong> once you open the link we sent there.
            </>
          ) : null}
        </>
      }
    >
      {emailVerified ? null : <ResendEmail />}
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <EmailField
          label="New address"
          value={email}
          error={form.errors.fields.email}
          hint="It changes once you open the link we send to the new address."
        />
        <div class="panel-actions panel-foot">
          <Submit form={form} word="Change address" disabled={email.value.trim() === ""} />
          <Success text={success} />
        </div>
      </form>
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
      success.value = "Changed.";
      await refresh();
      await reloadAccount();
    },
  });
  return (
    <Panel
      id="login"
      title="Login and channel address"
      about={
        <>
          Your channel is at <strong class="fact">{`${window.location.host}/${account.login}`}</strong>. A new login
          changes this address. Your old login stays reserved for you for 90 days.
        </>
      }
    >
      {loginChangeAllowedAt ? (
        <p class="notice">You can change it again on {dateText(loginChangeAllowedAt)}.</p>
      ) : (
        <form {...form.props} class="stack">
          <FormNotice form={form} />
          <Field
            name="login"
            label="New login"
            value={login}
            error={form.errors.fields.login}
            hint="3–25 letters, digits or _. Once in 30 days."
            autocomplete="off"
          />
          <div class="panel-actions panel-foot">
            <Submit form={form} word="Change login" disabled={login.value.trim() === ""} />
          </div>
        </form>
      )}
      <Success text={success} />
    </Panel>
  );
}
