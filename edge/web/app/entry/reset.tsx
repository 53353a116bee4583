// The page behind a password reset link. The token leaves the address bar at once.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { ApiError, callApi } from "../api.ts";
import { takeParameters } from "../router.ts";
import { endSession } from "../session.ts";
import { NewPasswordField } from "../ui/account-fields.tsx";
import { useForm } from "../ui/form.ts";
import { passwordError } from "../ui/form-errors.ts";
import { words } from "../words/entry.ts";
import { Card, CardForm } from "./card.tsx";

export function Reset() {
  const { token } = useMemo(() => takeParameters("token"), []);
  const password = useSignal("");
  const state = useSignal<"choosing" | "done" | "bad_link">(token ? "choosing" : "bad_link");
  const form = useForm({
    check: () => ({ password: passwordError(password.value) }),
    async send() {
      try {
        await callApi("/auth/password/reset", { method: "POST", body: { token, password: password.value } });
        state.value = "done";
        endSession(); // The server has signed out all devices, including this one.
      } catch (error) {
        const isBadLink = error instanceof ApiError && (error.code === "bad_link" || isTokenError(error));
        if (!isBadLink) throw error;
        state.value = "bad_link";
      }
    },
  });
  if (state.value === "done")
    return (
      <Card title={words.passwordChanged} lead={<span role="status">{words.passwordChangedText}</span>}>
        <a class="button primary large wide" href="/login">
          {words.signIn}
        </a>
      </Card>
    );
  if (state.value === "bad_link")
    return (
      <Card title={words.linkBad} lead={<span role="status">{words.resetLinkBadText}</span>}>
        <a class="button primary large wide" href="/forgot">
          {words.requestLink}
        </a>
      </Card>
    );
  return (
    <Card title={words.choosePassword} lead={words.choosePasswordText}>
      <CardForm form={form} action={words.changePassword}>
        <NewPasswordField label={words.newPassword} value={password} error={form.errors.fields.password} autofocus />
      </CardForm>
    </Card>
  );
}

const isTokenError = ({ errors }: ApiError) => errors.some(({ path }) => /^\/?token$/.test(path));
