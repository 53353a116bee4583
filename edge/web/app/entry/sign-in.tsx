// Signing in: name and password, then the two-factor code if the account requires one.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ApiError } from "../api.ts";
import { takeParameters } from "../router.ts";
import { finishProviderSignIn, session, signIn } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { Card, CardForm, useRedirectAfterSignIn, withNext } from "./card.tsx";
import { Providers, useOAuthError } from "./providers.tsx";
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
      login: login.value.trim() ? null : "Enter your name or e-mail address.",
      password: password.value ? null : "Enter your password.",
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
      title="Welcome back"
      below={
        <>
          <p>
            New here? <a href={withNext("/register")}>Create an account</a>
          </p>
          <Providers word="Sign in with" />
        </>
      }
    >
      {notice ? (
        <p class={error ? "notice bad" : "notice warn"} role="alert">
          {notice}
        </p>
      ) : null}
      <CardForm form={form} action="Sign in">
        <Field
          name="login"
          label="Name or e-mail"
          value={login}
          error={fields.login}
          autocomplete="username"
          autofocus
        />
        <div class="field-with-link">
          <Field
            name="password"
            label="Password"
            type="password"
            value={password}
            error={fields.password}
            autocomplete="current-password"
          />
          <a href={withNext("/forgot")}>Forgot password?</a>
        </div>
      </CardForm>
    </Card>
  );
}
