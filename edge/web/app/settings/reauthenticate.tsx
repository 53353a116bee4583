// What changes an account is proved anew: after a young sign-in nothing is asked, otherwise the password, once, in a dialog.

import { signal, useSignal } from "@preact/signals";
import { ApiError } from "../api.ts";
import { navigate, signInHref } from "../router.ts";
import { signOut } from "../session.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field, HiddenUsername } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";

interface Asking {
  send(password: string): Promise<unknown>;
  /** `done`: it was sent and taken. */
  over(done: boolean): void;
  failed(error: unknown): void;
}

const asking = signal<Asking | null>(null);

/** Sends without a password first, and with one if the server wants it. False: the person thought better of it. */
export async function proved(send: (proof: { password?: string }) => Promise<unknown>): Promise<boolean> {
  try {
    await send({});
    return true;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "sign_in_again")) throw error;
  }
  return new Promise((resolve, reject) => {
    asking.value = {
      send: (password) => send({ password }),
      over(done) {
        asking.value = null;
        resolve(done);
      },
      failed(error) {
        asking.value = null;
        reject(error);
      },
    };
  });
}

export function ProofDialog({ login, hasPassword }: { login: string; hasPassword: boolean }) {
  const now = asking.value;
  if (!now) return null;
  return hasPassword ? <PasswordDialog asking={now} login={login} /> : <SignInAgain asking={now} />;
}

function PasswordDialog({ asking, login }: { asking: Asking; login: string }) {
  const password = useSignal("");
  const form = useForm({
    check: () => ({ proof: password.value ? null : "Enter your password." }),
    async send() {
      try {
        await asking.send(password.value);
        asking.over(true);
      } catch (error) {
        const code = error instanceof ApiError ? error.code : "";
        if (code === "bad_credentials" || code === "rate_limited" || code === "network") throw error;
        asking.failed(error); // Not about the password: shown where it was asked for.
      }
    },
  });
  const wrong = form.errors.form === "Wrong name or password." ? "This is not your password." : undefined;
  return (
    <Dialog title="Is it you?" onClose={() => asking.over(false)}>
      <p class="muted">It is a while since you signed in. Enter your password to go on.</p>
      <form onSubmit={form.submit} noValidate class="stack">
        {wrong ? null : <FormNotice form={form} />}
        <HiddenUsername login={login} />
        <Field
          name="proof"
          label="Your password"
          type="password"
          value={password}
          error={form.errors.fields.proof ?? wrong}
          autocomplete="current-password"
          autofocus
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => asking.over(false)}>
            Cancel
          </button>
          <Submit form={form} word="Go on" />
        </div>
      </form>
    </Dialog>
  );
}

/** Signs in through a provider only: the way to prove it is to do so again. */
const SignInAgain = ({ asking }: { asking: Asking }) => (
  <Dialog title="Sign in again first" onClose={() => asking.over(false)}>
    <p class="muted">
      It is a while since you signed in, and your account has no password. Sign in once more to go on.
    </p>
    <div class="dialog-actions">
      <button type="button" class="button" onClick={() => asking.over(false)}>
        Cancel
      </button>
      <button
        type="button"
        class="button primary"
        onClick={() => {
          const way = signInHref();
          signOut(() => navigate(way, { replace: true })).then(() => asking.over(false), asking.failed);
        }}
      >
        Sign in again
      </button>
    </div>
  </Dialog>
);
