// Making an account, and with it a channel.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { register } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { EntryCard, useEntryForm, withNext } from "./entry.tsx";
import { emailError, loginError, passwordError } from "./form-errors.ts";

export function Register() {
  const login = useSignal("");
  const email = useSignal("");
  const password = useSignal("");
  useEffect(() => {
    document.title = "Sign up · TwitchClone";
  }, []);
  const form = useEntryForm(
    () => ({
      login: loginError(login.value.trim()),
      email: emailError(email.value.trim()),
      password: passwordError(password.value),
    }),
    () => register({ login: login.value.trim(), email: email.value.trim(), password: password.value }),
  );
  const { fields } = form.errors;
  const name = login.value.trim().toLowerCase();
  return (
    <EntryCard
      title="Make your channel"
      form={form}
      action="Sign up"
      below={
        <>
          Have an account? <a href={withNext("/login")}>Sign in</a>
        </>
      }
    >
      <Field
        name="login"
        label="Name"
        value={login}
        error={fields.login}
        hint={
          loginError(name) === null
            ? `Your channel will be at ${window.location.host}/${name}`
            : "3–25 letters, digits or _. It is your name in chat and your channel's address."
        }
        autocomplete="username"
        autofocus
      />
      <Field
        name="email"
        label="E-mail"
        type="email"
        inputmode="email"
        value={email}
        error={fields.email}
        autocomplete="email"
      />
      <Field
        name="password"
        label="Password"
        type="password"
        value={password}
        error={fields.password}
        hint="10 characters or more. A few words in a row are easy to remember."
        autocomplete="new-password"
      />
    </EntryCard>
  );
}
