// Creating an account and its channel; an e-mail to confirm the address follows.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { callApi } from "../api.ts";
import { after } from "../clock.ts";
import { location, safeNext } from "../router.ts";
import { register } from "../session.ts";
import { EmailField, NewPasswordField } from "../ui/account-fields.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { emailError, loginError, passwordError } from "../ui/form-errors.ts";
import { words } from "../words/entry.ts";
import { Card, CardForm, useRedirectAfterSignIn, withNext } from "./card.tsx";
import { Providers } from "./providers.tsx";

/** Pause in typing before the name is checked. */
const CHECK_AFTER_MS = 350;

export function Register() {
  const login = useSignal("");
  const email = useSignal("");
  const password = useSignal("");
  const isRegistering = useRef(false);
  useRedirectAfterSignIn(() => (isRegistering.current ? withNext("/verify") : safeNext(location.peek().search)));
  const taken = useTaken(() => login.value.trim().toLowerCase());
  const form = useForm({
    check: () => ({
      login: loginError(login.value.trim()) ?? taken.value,
      email: emailError(email.value.trim()),
      password: passwordError(password.value),
    }),
    send() {
      isRegistering.current = true;
      return register({ login: login.value.trim(), email: email.value.trim(), password: password.value });
    },
  });
  const { fields } = form.errors;
  const name = login.value.trim().toLowerCase();
  const free = loginError(name) === null && taken.value === null;
  return (
    <Card
      title={words.createChannel}
      below={
        <>
          <p>
            {words.haveAccount} <a href={withNext("/login")}>{words.signIn}</a>
          </p>
          <Providers word={words.signUpWith} />
        </>
      }
    >
      <CardForm form={form} action={words.signUp}>
        <Field
          name="login"
          label={words.name}
          value={login}
          error={fields.login ?? taken.value ?? undefined}
          hint={
            taken.value ? undefined : free ? words.channelWillBeAt(`${window.location.host}/${name}`) : words.nameHint
          }
          autocomplete="username"
          autofocus
        />
        <EmailField label={words.email} value={email} error={fields.email} hint={words.emailHint} />
        <NewPasswordField label={words.password} value={password} error={fields.password} />
      </CardForm>
    </Card>
  );
}

/** Why the name is not available; null: it may be free. A name is taken if its channel exists. */
function useTaken(name: () => string) {
  const taken = useSignal<string | null>(null);
  useSignalEffect(() => {
    const wanted = name();
    taken.value = null;
    if (loginError(wanted) !== null) return;
    if (isReservedLogin(wanted)) {
      taken.value = words.reserved;
      return;
    }
    const ending = new AbortController();
    const cancel = after(CHECK_AFTER_MS, () => {
      callApi(`/channels/${wanted}`, { signal: ending.signal }).then(
        () => {
          taken.value = words.taken;
        },
        () => {}, // Free, or the check failed; signing up checks it again.
      );
    });
    return () => {
      cancel();
      ending.abort();
    };
  });
  return taken;
}
