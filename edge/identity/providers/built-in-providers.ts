// The known sign-in providers, with issuers, labels and quirks. Other OpenID Connect issuers come from the settings.

import type { NamedProvider } from "#runtime/config/edge.ts";
import type { OpenIdQuirks } from "./openid.ts";

/** `github` does not speak OpenID Connect, but has its own API. */
type KnownProvider = NamedProvider & (({ protocol: "openid" } & OpenIdQuirks) | { protocol: "github" });

export const KNOWN_PROVIDERS: readonly KnownProvider[] = [
  { id: "google", label: "Google", protocol: "openid", issuer: "https://accounts.google.com" },
  { id: "github", label: "GitHub", protocol: "github" },
  {
    id: "twitch",
    label: "Twitch",
    protocol: "openid",
    issuer: "https://id.twitch.tv/oauth2",
    // Twitch wants each claim listed, and has another name for the scope of the e-mail address.
    scopes: ["openid", "user:read:email"],
    extra: { claims: JSON.stringify({ id_token: { email: null, email_verified: null, preferred_username: null } }) },
  },
];
