// Re-authentication for sensitive changes: nothing after a recent sign-in, otherwise the password once, in a dialog.

import { signal, useSignal } from "@preact/signals";
import { ApiError } from "../api.ts";
import { navigate, signInHref } from "../router.ts";
import { signOut } from "../session.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field, HiddenUsername } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { words } from "../words/settings.ts";

interface PendingAction {
  send(password: string): Promise<unknown>;
  /** `done`: the action succeeded; false: it was cancelled. */
  close(done: boolean): void;
  fail(error: unknown): void;
}

const pending = signal<PendingAction | null>(null);

/** Sends without a password first, and with the password if the server requires it. False: the user cancelled. */
export async function reauthenticated(send: (proof: { password?: string }) => Promise<unknown>): Promise<boolean> {
  try {
    await send({});
    return true;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "sign_in_again")) throw error;
  }
  return new Promise((resolve, reject) => {
    pending.value = {
      send: (password) => send({ password }),
      close(done) {
        pending.value = null;
        resolve(done);
      },
      fail(error) {
        pending.value = null;
        reject(error);
      },
    };
  });
}

export function ReauthenticationDialog({ login, hasPassword }: { login: string; hasPassword: boolean }) {
  const action = pending.value;
  if (!action) return null;
  return hasPassword ? <PasswordDialog action={action} login={login} /> : <SignInAgain action={action} />;
}

function PasswordDialog({ action, login }: { action: PendingAction; login: string }) {
  const password = useSignal("");
  const form = useForm({
    check: () => ({ proof: password.value ? null : words.enterPassword }),
    async send() {
      try {
        await action.send(password.value);
        action.close(true);
      } catch (error) {
        const code = error instanceof ApiError ? error.code : "";
        if (code === "bad_credentials" || code === "rate_limited" || code === "network") throw error;
        action.fail(error); // Not about the password: the form that started the action shows it.
      }
    },
  });
  const wrong = form.errors.form === "Wrong name or password." ? words.notYourPassword : undefined;
  return (
    <Dialog title={words.confirmPassword} onClose={() => action.close(false)}>
      <p class="muted">{words.confirmPasswordWhat}</p>
      <form {...form.props} class="stack">
        {wrong ? null : <FormNotice form={form} />}
        <HiddenUsername login={login} />
        <Field
          name="proof"
          label={words.yourPassword}
          type="password"
          value={password}
          error={form.errors.fields.proof ?? wrong}
          autocomplete="current-password"
          autofocus
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => action.close(false)}>
            {words.cancel}
          </button>
          <Submit form={form} word={words.continue} />
        </div>
      </form>
    </Dialog>
  );
}

/** For users without a password: they sign in through their provider again. */
const SignInAgain = ({ action }: { action: PendingAction }) => (
  <Dialog title={words.signInAgainFirst} onClose={() => action.close(false)}>
    <p class="muted">{words.signInAgainWhat}</p>
    <div class="dialog-actions">
      <button type="button" class="button" onClick={() => action.close(false)}>
        {words.cancel}
      </button>
      <button
        type="button"
        class="button primary"
        onClick={() => {
          const href = signInHref();
          signOut(() => navigate(href, { replace: true })).then(() => action.close(false), action.fail);
        }}
      >
        {words.signInAgain}
      </button>
    </div>
  </Dialog>
);
