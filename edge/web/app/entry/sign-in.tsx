// Signing in: name and password, then the two-factor code if the account requires one.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ApiError } from "../api.ts";
import { location, safeNext, takeParameters } from "../router.ts";
import { finishProviderSignIn, session, signIn } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { words } from "../words/entry.ts";
import { Card, CardForm, useRedirectAfterSignIn, withNext } from "./card.tsx";
import { Providers, useOAuthError } from "./providers.tsx";
import { signInReason } from "./sign-in-reason.ts";
import { TwoFactorForm } from "./two-factor.tsx";

export function SignIn() {
  const { error, step, returnTo } = useMemo(() => takeParameters("error", "step", "returnTo"), []);
  useRedirectAfterSignIn(returnTo && /^\/(?![/\\])/.test(returnTo) ? () => returnTo : undefined);
  const oauthError = useOAuthError(error);
  const login = useSignal("");
  const password = useSignal("");
  /** How the user has signed in so far, if a two-factor code is still required. */
  const codeAfter = useSignal<"password" | "provider" | null>(step === "otp" ? "provider" : null);
  const form = useForm({
    check: () => ({
      login: login.value.trim() ? null : words.enterNameOrEmail,
      password: password.value ? null : words.enterPassword,
    }),
    async send() {
      try {
        await signIn({ login: login.value.trim(), password: password.value });
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "otp_required")) throw error;
        codeAfter.value = "password";
      }
    },
  });
  if (codeAfter.value !== null)
    return (
      <TwoFactorForm
        send={(otp) =>
          codeAfter.value === "provider"
            ? finishProviderSignIn(otp)
            : signIn({ login: login.value.trim(), password: password.value, otp })
        }
        onBack={() => {
          codeAfter.value = null;
          password.value = "";
        }}
      />
    );
  const { fields } = form.errors;
  const now = session.value;
  const notice = oauthError ?? (now.phase === "out" ? now.ended : null);
  return (
    <Card
      title={words.welcomeBack}
      lead={notice ? undefined : signInReason(safeNext(location.value.search))}
      below={
        <>
          <p>
            {words.newHere} <a href={withNext("/register")}>{words.createAccount}</a>
          </p>
          <Providers word={words.signInWith} />
        </>
      }
    >
      {notice ? (
        <p class={error ? "notice bad" : "notice warn"} role="alert">
          {notice}
        </p>
      ) : null}
      <CardForm form={form} action={words.signIn}>
        <Field
          name="login"
          label={words.nameOrEmail}
          value={login}
          error={fields.login}
          autocomplete="username"
          autofocus
        />
        <div class="field-with-link">
          <Field
            name="password"
            label={words.password}
            type="password"
            value={password}
            error={fields.password}
            autocomplete="current-password"
          />
          <a href={withNext("/forgot")}>{words.forgotPassword}</a>
        </div>
      </CardForm>
    </Card>
  );
}
