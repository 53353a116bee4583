// The account itself: names, address, one's data, and leaving.

import { useSignal } from "@preact/signals";
import { call, refresh } from "../session.ts";
import { dateText } from "../ui/dates.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { emailError, loginError } from "../ui/form-errors.ts";
import { ResendEmail } from "../ui/resend-email.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { DeleteAccount, ExportData } from "./delete-account.tsx";
import { Mark, Panel, Said, useSaid } from "./panel.tsx";
import { proved } from "./reauthenticate.tsx";
import type { TabProps } from "./tab-props.ts";

export const AccountTab = ({ user, account, changed }: TabProps) => (
  <div class="settings-panels">
    <DisplayName user={user} />
    <Email account={account} changed={changed} />
    <Login account={account} changed={changed} />
    <ExportData login={account.login} />
    <DeleteAccount login={account.login} />
  </div>
);

function DisplayName({ user }: Pick<TabProps, "user">) {
  const name = useSignal(user.displayName);
  const said = useSaid();
  const form = useForm({
    check: () => ({ displayName: name.value.trim() ? null : "Enter a name." }),
    async send() {
      said.value = null;
      await call("/me", { method: "PATCH", body: { displayName: name.value.trim() } });
      await refresh(); // The header and chat know it by the session.
      said.value = "Saved.";
    },
  });
  return (
    <Panel id="name" title="Name" about="What people read above your channel and in chat.">
      <form onSubmit={form.submit} noValidate class="stack">
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
        <div class="panel-actions">
          <Submit form={form} word="Save" disabled={name.value.trim() === user.displayName} />
          <Said said={said} />
        </div>
      </form>
    </Panel>
  );
}

function Email({ account, changed }: Omit<TabProps, "user">) {
  const email = useSignal("");
  const said = useSaid();
  const form = useForm({
    check: () => ({ email: emailError(email.value.trim()) }),
    async send() {
      said.value = null;
      const wanted = email.value.trim();
      if (!(await proved((proof) => call("/me/email", { method: "PUT", body: { email: wanted, ...proof } })))) return;
      email.value = "";
      said.value = `We have sent an e-mail to ${wanted}. Open its link within a day.`;
      await changed();
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
              – becomes <strong class="fact">{pendingEmail}</strong> once you open the link we have sent there.
            </>
          ) : null}
        </>
      }
    >
      {emailVerified ? null : <ResendEmail />}
      <form onSubmit={form.submit} noValidate class="stack">
        <FormNotice form={form} />
        <Field
          name="email"
          label="New address"
          type="email"
          inputmode="email"
          value={email}
          error={form.errors.fields.email}
          hint="It counts once you have opened the link we send there."
          autocomplete="email"
        />
        <div class="panel-actions">
          <Submit form={form} word="Change address" disabled={email.value.trim() === ""} />
        </div>
        <Said said={said} />
      </form>
    </Panel>
  );
}

function Login({ account, changed }: Omit<TabProps, "user">) {
  const login = useSignal("");
  const said = useSaid();
  const { loginChangeAllowedAt } = account;
  const form = useForm({
    check: () => ({ login: loginError(login.value.trim()) }),
    async send() {
      said.value = null;
      const wanted = login.value.trim();
      if (!(await proved((proof) => call("/me/login", { method: "PUT", body: { login: wanted, ...proof } })))) return;
      login.value = "";
      said.value = "Changed.";
      await refresh();
      await changed();
    },
  });
  return (
    <Panel
      id="login"
      title="Login and channel address"
      about={
        <>
          Your channel is at <strong class="fact">{`${window.location.host}/${account.login}`}</strong>. A new login
          changes this address; the old one is kept for you for 90 days, and nobody else gets it meanwhile.
        </>
      }
    >
      {loginChangeAllowedAt ? (
        <p class="notice">It can be changed again on {dateText(loginChangeAllowedAt)}.</p>
      ) : (
        <form onSubmit={form.submit} noValidate class="stack">
          <FormNotice form={form} />
          <Field
            name="login"
            label="New login"
            value={login}
            error={form.errors.fields.login}
            hint="3–25 letters, digits or _. Once in 30 days."
            autocomplete="off"
          />
          <div class="panel-actions">
            <Submit form={form} word="Change login" disabled={login.value.trim() === ""} />
          </div>
        </form>
      )}
      <Said said={said} />
    </Panel>
  );
}
