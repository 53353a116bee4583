// Buttons for signing in with an account elsewhere: only those that this site has in its settings.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { ProviderView } from "#schema/api/identities.ts";
import { callApi, type Suspension } from "../api.ts";
import { location, safeNext } from "../router.ts";
import { suspensionText } from "../ui/form-errors.ts";
import { ProviderIcon } from "../ui/provider-icon.tsx";

/** What the API takes as a way back; any other address of ours leads home. */
const RETURN_TO = /^\/([A-Za-z0-9_~.-][A-Za-z0-9_~./?=&%-]*)?$/;

export function Providers({ word }: { word: string }) {
  const providers = useSignal<ProviderView[]>([]);
  useEffect(() => {
    const ending = new AbortController();
    callApi<Page<ProviderView>>("/auth/oauth", { signal: ending.signal }).then(
      ({ items }) => {
        providers.value = items;
      },
      () => {
        providers.value = []; // Name and password go without.
      },
    );
    return () => ending.abort();
  }, [providers]);
  if (providers.value.length === 0) return null;
  const next = safeNext(location.value.search);
  const returnTo = RETURN_TO.test(next) && next.length <= 200 ? next : "/";
  return (
    <div class="providers">
      <p class="providers-or">
        <span>or</span>
      </p>
      {providers.value.map(({ id, label }) => (
        <a
          class="button large wide"
          key={id}
          href={`/api/v1/auth/oauth/${id}?returnTo=${encodeURIComponent(returnTo)}`}
        >
          <ProviderIcon provider={id} />
          {word} {label}
        </a>
      ))}
    </div>
  );
}

/** What `?error=` of a provider's sign-in or link says. */
const OAUTH_ERRORS: Record<string, string> = {
  oauth_denied: "You said no there, so nothing was done here.",
  oauth_expired: "This took too long, or began in another browser. Please try again.",
  oauth_failed: "That did not work: the other site refused. Please try again.",
  oauth_away: "The other site does not answer. Please try again later.",
  oauth_email_missing: "The other site did not tell us an e-mail address. Allow it there, or sign up with a password.",
  oauth_email_unverified: "Your e-mail address is not confirmed at the other site. Confirm it there first.",
  account_exists:
    "There is an account with this e-mail address already. Sign in with your password, then link the other one in your settings.",
  identity_taken: "That account is linked to somebody else here.",
  identity_exists: "Another account of that site is linked already. Remove it first.",
  not_signed_in: "You were signed out meanwhile. Sign in and try again.",
  otp_required: "A code from your authenticator app is needed as well.",
  suspended: "This account is suspended.",
};

/** The same as a page comes to say it: of a suspended account the server tells this browser more, if asked. */
export function useOAuthError(code: string | undefined): string | null {
  const text = useSignal(code ? oauthErrorText(code) : null);
  useEffect(() => {
    if (code !== "suspended") return;
    const ending = new AbortController();
    callApi<Suspension>("/auth/oauth/pending/suspension", { signal: ending.signal }).then(
      (suspension) => {
        text.value = suspensionText(suspension);
      },
      () => {}, // What is said already is true too.
    );
    return () => ending.abort();
  }, [code, text]);
  return text.value;
}

export const oauthErrorText = (code: string) => OAUTH_ERRORS[code] ?? "That did not work. Please try again.";
