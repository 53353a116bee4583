// The known providers, with copies of their published metadata: no request is sent.

import { expect, test } from "bun:test";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { KNOWN_PROVIDERS } from "./built-in-providers.ts";
import { OutboundFault, type OutboundRequest } from "./outbound.ts";
import { createProviders } from "./providers.ts";

const METADATA: Record<string, unknown> = {
  "https://accounts.google.com/.well-known/openid-configuration": {
    issuer: "https://accounts.google.com",
    authorization_endpoint: "https://accounts.google.com/o/oauth2/v2/auth",
    token_endpoint: "https://oauth2.googleapis.com/token",
    jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
  },
  // dev.twitch.tv/docs/authentication/getting-tokens-oidc
  "https://id.twitch.tv/oauth2/.well-known/openid-configuration": {
    issuer: "https://id.twitch.tv/oauth2",
    authorization_endpoint: "https://id.twitch.tv/oauth2/authorize",
    token_endpoint: "https://id.twitch.tv/oauth2/token",
    jwks_uri: "https://id.twitch.tv/oauth2/keys",
    token_endpoint_auth_methods_supported: ["client_secret_post"],
  },
};
const asked: { url: string; request: OutboundRequest }[] = [];
const providers = createProviders({
  clock,
  config: {
    publicUrl: "https://live.example.org",
    internalProviders: false,
    signInProviders: KNOWN_PROVIDERS.map(({ id, label }) => ({
      id,
      label,
      issuer: null,
      clientId: `${id}-id`,
      clientSecret: `${id}-secret`,
    })),
  },
  outbound: async (url, request) => {
    asked.push({ url, request });
    if (METADATA[url]) return { status: 200, json: METADATA[url] };
    throw new OutboundFault("no request is expected");
  },
});
const flow = {
  provider: "x",
  state: "the-state",
  nonce: "the-nonce",
  codeVerifier: "v".repeat(43),
  link: null,
  returnTo: "/",
  untilMs: Number.MAX_SAFE_INTEGER,
};

test.each([
  ["google", "https://accounts.google.com/o/oauth2/v2/auth", "openid profile email"],
  ["github", "https://github.com/login/oauth/authorize", "read:user user:email"],
  ["twitch", "https://id.twitch.tv/oauth2/authorize", "openid user:read:email"],
])("%s gets requests at its own endpoint, with the needed scopes only", async (id, place, scope) => {
  const url = new URL(await providers.get(id)!.authorizationUrl(flow));
  expect(url.origin + url.pathname).toBe(place);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: `${id}-id`,
    redirect_uri: `https://live.example.org/api/v1/auth/oauth/${id}/callback`,
    response_type: "code",
    scope,
    state: "the-state",
    code_challenge_method: "S256",
  });
  expect(url.href).not.toContain("secret");
  expect(url.searchParams.get("nonce")).toBe(id === "github" ? null : "the-nonce");
});

test("every known provider has its own endpoint", async () => {
  const places = await Promise.all(
    [...providers.values()].map(async (one) => new URL(await one.authorizationUrl(flow)).host),
  );
  expect(new Set(places).size).toBe(KNOWN_PROVIDERS.length);
});

test("an unknown provider without an issuer is refused", () => {
  const signInProviders = [{ id: "gogle", label: "Gogle", issuer: null, clientId: "c", clientSecret: "s" }];
  const config = { publicUrl: "https://live.example.org", internalProviders: false, signInProviders };
  expect(() => createProviders({ clock, config })).toThrow('"gogle" is not known');
});

test("requests to Twitch list the claims for its ID token", async () => {
  const url = new URL(await providers.get("twitch")!.authorizationUrl(flow));
  expect(JSON.parse(url.searchParams.get("claims") ?? "")).toEqual({
    id_token: { email: null, email_verified: null, preferred_username: null },
  });
});

test.each([
  ["google", "https://oauth2.googleapis.com/token", false],
  ["twitch", "https://id.twitch.tv/oauth2/token", true],
  ["github", "https://github.com/login/oauth/access_token", true],
])("%s: client authentication at %s, secret in the form: %p", async (id, endpoint, inForm) => {
  await providers
    .get(id)!
    .identify("the-code", flow, null)
    .catch(() => null);
  const { url, request } = asked.at(-1)!;
  expect(url).toBe(endpoint);
  expect(request.form?.get("client_secret") ?? null).toBe(inForm ? `${id}-secret` : null);
  expect(request.form?.get("code_verifier")).toBe(flow.codeVerifier);
  expect(request.headers?.authorization?.startsWith("Basic ") ?? false).toBe(!inForm);
});
