// The sign-in providers that are known by name: addresses, labels and quirks. Any other OpenID Connect issuer stands in the settings.

import type { NamedProvider } from "#runtime/config/edge.ts";
import type { OpenIdQuirks } from "./openid.ts";

/** `github` is no OpenID Connect: it has an API of its own. */
export type KnownProvider = NamedProvider & (({ protocol: "openid" } & OpenIdQuirks) | { protocol: "github" });

export const KNOWN_PROVIDERS: readonly KnownProvider[] = [
  { id: "google", label: "Google", protocol: "openid", issuer: "https://accounts.google.com" },
  { id: "github", label: "GitHub", protocol: "github" },
  {
    id: "twitch",
    label: "Twitch",
    protocol: "openid",
    issuer: "https://id.twitch.tv/oauth2",
    // Twitch names claims one by one, and calls its scope for the address differently.
    scopes: ["openid", "user:read:email"],
    extra: { claims: JSON.stringify({ id_token: { email: null, email_verified: null, preferred_username: null } }) },
  },
];
