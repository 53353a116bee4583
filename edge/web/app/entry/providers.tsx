// Buttons for signing in with an account at another site: the providers that this site has configured.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { ProviderView } from "#schema/api/identities.ts";
import { callApi, type Suspension } from "../api.ts";
import { location, safeNext } from "../router.ts";
import { suspensionText } from "../ui/form-errors.ts";
import { ProviderIcon } from "../ui/provider-icon.tsx";

/** Return addresses that the API accepts; any other becomes `/`. */
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
        providers.value = []; // Name and password still work.
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

/** Texts for `?error=` after a sign-in or linking through a provider. */
const OAUTH_ERRORS: Record<string, string> = {
  oauth_denied: "You cancelled at the other site, so nothing was changed.",
  oauth_expired: "This took too long or was started in another browser. Please try again.",
  oauth_failed: "The other site refused. Please try again.",
  oauth_away: "The other site does not answer. Please try again later.",
  oauth_email_missing: "The other site did not share an e-mail address. Allow it there, or sign up with a password.",
  oauth_email_unverified: "Your e-mail address is not confirmed at the other site. Confirm it there first.",
  account_exists:
    "An account with this e-mail address already exists. Sign in with your password, then link the other account in your settings.",
  identity_taken: "That account is already linked to another account here.",
  identity_exists: "Another account of that site is already linked. Unlink it first.",
  not_signed_in: "You were signed out meanwhile. Sign in and try again.",
  otp_required: "A code from your authenticator app is also required.",
  suspended: "This account is suspended.",
};

/** Text for `?error=`. For a suspended account, the reason and end are loaded from the server and added. */
export function useOAuthError(code: string | undefined): string | null {
  const text = useSignal(code ? oauthErrorText(code) : null);
  useEffect(() => {
    if (code !== "suspended") return;
    const ending = new AbortController();
    callApi<Suspension>("/auth/oauth/pending/suspension", { signal: ending.signal }).then(
      (suspension) => {
        text.value = suspensionText(suspension);
      },
      () => {}, // The general text stays.
    );
    return () => ending.abort();
  }, [code, text]);
  return text.value;
}

export const oauthErrorText = (code: string) => OAUTH_ERRORS[code] ?? "That did not work. Please try again.";
