// Signing in.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError } from "../api.ts";
import { signIn } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { EntryCard, useEntryForm, withNext } from "./entry.tsx";

export function SignIn() {
  const login = useSignal("");
  const password = useSignal("");
  const otp = useSignal("");
  /** The account has a second factor: asked for once the server says so. */
  const otpAsked = useSignal(false);
  useEffect(() => {
    document.title = "Sign in · TwitchClone";
  }, []);
  const form = useEntryForm(
    () => ({
      login: login.value.trim() ? null : "Enter your name or e-mail address.",
      password: password.value ? null : "Enter your password.",
      ...(otpAsked.value ? { otp: otp.value.trim() ? null : "Enter the code from your authenticator app." } : {}),
    }),
    async () => {
      try {
        const code = otp.value.trim();
        await signIn({ login: login.value.trim(), password: password.value, ...(code ? { otp: code } : {}) });
      } catch (error) {
        if (error instanceof ApiError && error.code === "otp_required") otpAsked.value = true;
        throw error;
      }
    },
  );
  const { fields } = form.errors;
  return (
    <EntryCard
      title="Welcome back"
      form={form}
      action="Sign in"
      below={
        <>
          New here? <a href={withNext("/register")}>Make an account</a>
        </>
      }
    >
      <Field name="login" label="Name or e-mail" value={login} error={fields.login} autocomplete="username" autofocus />
      <Field
        name="password"
        label="Password"
        type="password"
        value={password}
        error={fields.password}
        autocomplete="current-password"
      />
      {otpAsked.value ? (
        <Field
          name="otp"
          label="One-time code"
          value={otp}
          error={fields.otp}
          autocomplete="one-time-code"
          inputmode="numeric"
        />
      ) : null}
    </EntryCard>
  );
}
