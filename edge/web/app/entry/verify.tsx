// Confirming an e-mail address: "check your inbox" after signing up, and the page that the e-mail's link opens.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { AccountView } from "#schema/api/me.ts";
import { ApiError, callApi, errorText } from "../api.ts";
import { after } from "../clock.ts";
import { location, safeNext, takeParameters } from "../router.ts";
import { call, session, whenSessionKnown } from "../session.ts";
import { capitalized } from "../ui/form-errors.ts";
import { ResendEmail } from "../ui/resend-email.tsx";
import { hideUnconfirmedBanner } from "../ui/unconfirmed-banner.tsx";
import { Card, withNext } from "./card.tsx";

export function Verify() {
  const { token } = useMemo(() => takeParameters("token"), []);
  return token ? <Opened token={token} /> : <Waiting />;
}

type Opening =
  | { phase: "loading" }
  | { phase: "done"; email: string }
  | { phase: "bad"; text: string; canResend: boolean };

function Opened({ token }: { token: string }) {
  const state = useSignal<Opening>({ phase: "loading" });
  useEffect(() => {
    callApi<{ email: string }>("/auth/email/verify", { method: "POST", body: { token } }).then(
      ({ email }) => {
        state.value = { phase: "done", email };
        hideUnconfirmedBanner();
      },
      (error) => {
        const code = error instanceof ApiError ? error.code : "";
        const isBadLink = code === "bad_link" || code === "validation_failed";
        const text = isBadLink
          ? "It was already used, has expired, or was replaced by a newer one. You can get a new link when you are signed in."
          : code === "email_taken"
            ? "Another account uses this address now."
            : capitalized(errorText(error));
        state.value = { phase: "bad", text, canResend: isBadLink };
      },
    );
  }, [state, token]);
  const now = state.value;
  if (now.phase === "loading")
    return <Card title="One moment…" lead={<span role="status">Checking your link.</span>} />;
  if (now.phase === "done")
    return (
      <Card
        title="Your address is confirmed"
        lead={
          <span role="status">
            <strong>{now.email}</strong> now belongs to your account. Thank you.
          </span>
        }
      >
        <a class="button primary large wide" href={session.value.phase === "in" ? "/" : "/login"}>
          {session.value.phase === "in" ? "See who is live" : "Sign in"}
        </a>
      </Card>
    );
  return (
    <Card title="This link no longer works" lead={<span role="status">{now.text}</span>}>
      {now.canResend && session.value.phase === "in" ? <ResendEmail /> : null}
      <a class="button large wide" href={session.value.phase === "in" ? "/settings" : "/login"}>
        {session.value.phase === "in" ? "Go to settings" : "Sign in"}
      </a>
    </Card>
  );
}

/** The link may be opened on another device, so the page checks the account at this interval. */
const CHECK_EVERY_MS = 4_000;

function Waiting() {
  const account = useSignal<AccountView | null>(null);
  useEffect(() => {
    let cancel = () => {};
    let gone = false;
    const check = async () => {
      if ((await whenSessionKnown()).phase !== "in" || gone) return;
      try {
        account.value = await call<AccountView>("/me/account");
        if (account.value.emailVerified) hideUnconfirmedBanner();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error; // Checked again below.
      }
      if (!gone && !account.value?.emailVerified) cancel = after(CHECK_EVERY_MS, () => void check());
    };
    void check();
    return () => {
      gone = true;
      cancel();
    };
  }, [account]);
  const next = safeNext(location.value.search);
  if (session.value.phase === "out")
    return (
      <Card title="Confirm your address" lead="Open the link in our e-mail, or sign in to have it sent again.">
        <a class="button primary large wide" href={withNext("/login")}>
          Sign in
        </a>
      </Card>
    );
  const verified = account.value?.emailVerified === true;
  return (
    <Card
      title={verified ? "Your address is confirmed" : "Check your inbox"}
      lead={
        <span role="status">
          {verified ? (
            "Thank you. Your account is complete."
          ) : (
            <>
              Your channel is ready. We sent an e-mail to <strong>{account.value?.email ?? "your address"}</strong>:
              open its link within three days.
            </>
          )}
        </span>
      }
      below={verified ? null : <ResendEmail />}
    >
      <a class="button primary large wide" href={next}>
        {next === "/dashboard" ? "Go to your dashboard" : "Continue"}
      </a>
    </Card>
  );
}
