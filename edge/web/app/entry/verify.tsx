// Confirming an e-mail address: "check your inbox" after signing up, and the page that the e-mail's link opens.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { AccountView } from "#schema/api/me.ts";
import { ApiError, callApi, errorText } from "../api.ts";
import { after } from "../clock.ts";
import { location, safeNext, takeParameters } from "../router.ts";
import { call, session, whenSessionKnown } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";
import { ResendEmail } from "../ui/resend-email.tsx";
import { hideUnconfirmedBanner } from "../ui/unconfirmed-banner.tsx";
import { words } from "../words/entry.ts";
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
          ? words.verifyLinkBadText
          : code === "email_taken"
            ? words.addressTaken
            : capitalized(errorText(error));
        state.value = { phase: "bad", text, canResend: isBadLink };
      },
    );
  }, [state, token]);
  const now = state.value;
  if (now.phase === "loading")
    return <Card title={words.oneMoment} lead={<span role="status">{words.checkingLink}</span>} />;
  if (now.phase === "done")
    return (
      <Card
        title={words.confirmed}
        lead={
          <span role="status">
            {words.confirmedText[0]}
            <strong>{now.email}</strong>
            {words.confirmedText[1]}
          </span>
        }
      >
        <a class="button primary large wide" href={session.value.phase === "in" ? "/" : "/login"}>
          {session.value.phase === "in" ? words.seeWhoIsLive : words.signIn}
        </a>
      </Card>
    );
  return (
    <Card title={words.linkBad} lead={<span role="status">{now.text}</span>}>
      {now.canResend && session.value.phase === "in" ? <ResendEmail /> : null}
      <a class="button large wide" href={session.value.phase === "in" ? "/settings" : "/login"}>
        {session.value.phase === "in" ? words.goToSettings : words.signIn}
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
      <Card title={words.confirmTitle} lead={words.confirmText}>
        <a class="button primary large wide" href={withNext("/login")}>
          {words.signIn}
        </a>
      </Card>
    );
  const verified = account.value?.emailVerified === true;
  return (
    <Card
      title={verified ? words.confirmed : words.checkInbox}
      lead={
        <span role="status">
          {verified ? (
            words.accountComplete
          ) : (
            <>
              {words.channelReady[0]}
              <strong>{account.value?.email ?? words.yourAddress}</strong>
              {words.channelReady[1]}
            </>
          )}
        </span>
      }
      below={verified ? null : <ResendEmail />}
    >
      <a class="button primary large wide" href={next}>
        {next === "/dashboard" ? words.goToStudio : words.continue}
      </a>
    </Card>
  );
}
