// Buttons for signing in with an account at another site: the providers that this site has configured.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { ProviderView } from "#schema/api/identities.ts";
import { callApi, type Suspension } from "../api.ts";
import { location, safeNext } from "../router.ts";
import { ProviderIcon } from "../ui/provider-icon.tsx";
import { suspensionText } from "../ui/suspension-text.ts";
import { otherProviderError, providerErrors, words } from "../words/entry.ts";

/** Return addresses that the API accepts; any other becomes `/`. */
const RETURN_TO = /^\/([A-Za-z0-9_~.-][A-Za-z0-9_~./?=&%-]*)?$/;

export function Providers({ word }: { /** For a provider. */ word(label: string): string }) {
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
        <span>{words.or}</span>
      </p>
      {providers.value.map(({ id, label }) => (
        <a
          class="button large wide"
          key={id}
          href={`/api/v1/auth/oauth/${id}?returnTo=${encodeURIComponent(returnTo)}`}
        >
          <ProviderIcon provider={id} />
          {word(label)}
        </a>
      ))}
    </div>
  );
}

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

export const oauthErrorText = (code: string) => providerErrors[code] ?? otherProviderError;
