// The providers of the settings, each with what is special about it.

import type { Clock } from "#runtime/base/clock.ts";
import type { EdgeConfig } from "#runtime/config/config.ts";
import { OAUTH_PATH } from "./flow.ts";
import { githubProvider } from "./github.ts";
import { openIdProvider } from "./openid.ts";
import { createOutbound, type Outbound } from "./outbound.ts";
import type { Provider } from "./provider.ts";

export type ProvidersConfig = Pick<EdgeConfig, "publicUrl" | "signInProviders" | "internalProviders">;

/** Where a provider sends people back; to be registered there exactly so. */
export const redirectUriOf = (publicUrl: string, provider: string) => `${publicUrl}${OAUTH_PATH}/${provider}/callback`;

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
      const openId = (more: { issuer: string; scopes?: string[]; extra?: Record<string, string> }) =>
        openIdProvider({ id, ...client, clock, ...more });
      if (issuer !== null) return [id, openId({ issuer })];
      if (id === "github") return [id, githubProvider(client)];
      if (id === "twitch") return [id, openId(TWITCH)];
      return [id, openId({ issuer: "https://accounts.google.com" })];
    }),
  );
}

/** Twitch names claims one by one, and calls its scope for the address differently. */
const TWITCH = {
  issuer: "https://id.twitch.tv/oauth2",
  scopes: ["openid", "user:read:email"],
  extra: { claims: JSON.stringify({ id_token: { email: null, email_verified: null, preferred_username: null } }) },
};
