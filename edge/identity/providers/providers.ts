// Makes the sign-in providers of the settings.

import type { Clock } from "#runtime/base/clock.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";
import { KNOWN_PROVIDERS } from "./built-in-providers.ts";
import { OAUTH_PATH } from "./flow.ts";
import { githubProvider } from "./github-protocol.ts";
import { openIdProvider } from "./openid.ts";
import { createOutbound, type Outbound } from "./outbound.ts";
import type { Provider } from "./provider.ts";

type ProvidersConfig = Pick<EdgeConfig, "publicUrl" | "signInProviders" | "internalProviders">;

/** The redirect URI, to be registered with the provider exactly. */
const redirectUriOf = (publicUrl: string, provider: string) => `${publicUrl}${OAUTH_PATH}/${provider}/callback`;

/** By id, in the order of the settings. */
export function createProviders({
  config,
  clock,
  outbound = createOutbound({ clock, internal: config.internalProviders }),
}: {
  config: ProvidersConfig;
  clock: Clock;
  outbound?: Outbound;
}): Map<string, Provider> {
  return new Map(
    config.signInProviders.map(({ id, label, issuer, clientId, clientSecret }) => {
      const redirectUri = redirectUriOf(config.publicUrl, id);
      const client = { label, clientId, clientSecret, redirectUri, outbound };
      if (issuer !== null) return [id, openIdProvider({ id, ...client, clock, issuer })];
      const known = KNOWN_PROVIDERS.find((one) => one.id === id);
      if (!known) throw new Error(`the sign-in provider "${id}" is not known`); // The settings are checked before.
      if (known.protocol === "github") return [id, githubProvider(client)];
      return [id, openIdProvider({ ...known, ...client, clock })];
    }),
  );
}
