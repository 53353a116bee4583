// Misbehaving issuers: an ID token is accepted only if it is signed, for us, valid now, and of this flow.

import { afterEach, expect, test } from "bun:test";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { patient } from "#schema/testing-slowness.ts";
import type { Flow } from "./flow.ts";
import { githubProvider } from "./github-protocol.ts";
import { openIdProvider } from "./openid.ts";
import { createOutbound, OutboundFault } from "./outbound.ts";
import { OAuthFault } from "./provider.ts";

const NOW_S = 1_000_000;
const outbound = createOutbound({ clock: systemClock, internal: true });
const client = {
  clientId: "us",
  clientSecret: "secret-of-the-client-that-is-long",
  redirectUri: "https://live.example.org/cb",
};
const flow: Flow = {
  provider: "x",
  state: "s",
  nonce: "the nonce",
  codeVerifier: "v".repeat(43),
  link: null,
  returnTo: "/",
  untilMs: Number.MAX_SAFE_INTEGER,
};

const servers: { stop(now: boolean): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop(true);
});

type Answers = Record<string, (request: Request) => Response | Promise<Response>>;

async function issuerOf(answers: (issuer: string) => Answers) {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const seen: string[] = [];
  let keyId = "k1";
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request): Promise<Response> {
      const { pathname, origin } = new URL(request.url);
      seen.push(pathname);
      const all: Answers = {
        "/.well-known/openid-configuration": () => Response.json(metadata(origin)),
        "/jwks": async () => Response.json({ keys: [{ ...(await exportJWK(publicKey)), kid: keyId, alg: "ES256" }] }),
        ...answers(origin),
      };
      return (await all[pathname]?.(request)) ?? new Response("", { status: 404 });
    },
  });
  servers.push(server);
  const issuer = `http://127.0.0.1:${server.port}`;
  const clock = new ManualClock(NOW_S * 1_000);
  const provider = openIdProvider({ id: "x", label: "X", issuer, ...client, outbound, clock });
  const claims = {
    iss: issuer,
    aud: "us",
    sub: "42",
    nonce: flow.nonce,
    iat: NOW_S,
    exp: NOW_S + 300,
    email: "a@b.org",
  };
  const sign = (payload: JWTPayload, kid = keyId) =>
    new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey);
  const rotate = () => {
    keyId = "k2";
  };
  return { issuer, provider, claims, sign, clock, seen, rotate };
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  userinfo_endpoint: `${issuer}/me`,
});
const tokens = (idToken: string) => Response.json({ access_token: "at", token_type: "Bearer", id_token: idToken });
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "believed",
    (error) => (error instanceof OAuthFault ? error.code : error instanceof OutboundFault ? "away" : `bug: ${error}`),
  );

test.each<[string, (claims: JWTPayload) => JWTPayload, string]>([
  ["as required", (claims) => claims, "believed"],
  ["for another audience", (claims) => ({ ...claims, aud: "them" }), "oauth_failed"],
  [
    "for us and others, issued to others",
    (claims) => ({ ...claims, aud: ["us", "them"], azp: "them" }),
    "oauth_failed",
  ],
  ["for us and others, without azp", (claims) => ({ ...claims, aud: ["us", "them"] }), "oauth_failed"],
  ["of another issuer", (claims) => ({ ...claims, iss: "https://evil.example" }), "oauth_failed"],
  ["that has expired", (claims) => ({ ...claims, exp: NOW_S - 120 }), "oauth_failed"],
  ["not valid yet", (claims) => ({ ...claims, nbf: NOW_S + 3_600 }), "oauth_failed"],
  ["with another nonce", (claims) => ({ ...claims, nonce: "another" }), "oauth_failed"],
  ["without a nonce", ({ nonce: _, ...claims }) => claims, "oauth_failed"],
  ["without expiry", ({ exp: _, ...claims }) => claims, "oauth_failed"],
  ["without a subject", (claims) => ({ ...claims, sub: "" }), "oauth_failed"],
  ["with an overlong subject", (claims) => ({ ...claims, sub: "x".repeat(300) }), "oauth_failed"],
])("an ID token %s", async (_, change, expected) => {
  const it = await issuerOf(() => ({ "/token": async () => tokens(await it.sign(change(it.claims))) }));
  expect(await outcome(it.provider.identify("code", flow, null))).toBe(expected);
});

test("a token without a signature, or signed with our secret or another key, is refused", async () => {
  const it = await issuerOf(() => ({ "/token": async () => tokens(await next()) }));
  const stranger = await generateKeyPair("ES256");
  const secret = new TextEncoder().encode(client.clientSecret);
  let next = async () => new UnsecuredJWT(it.claims).encode();
  expect(await outcome(it.provider.identify("code", flow, null))).toBe("oauth_failed");
  next = () => new SignJWT(it.claims).setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(secret);
  expect(await outcome(it.provider.identify("code", flow, null))).toBe("oauth_failed");
  next = () => new SignJWT(it.claims).setProtectedHeader({ alg: "ES256", kid: "k1" }).sign(stranger.privateKey);
  expect(await outcome(it.provider.identify("code", flow, null))).toBe("oauth_failed");
  next = () => it.sign(it.claims);
  expect(await outcome(it.provider.identify("code", flow, null))).toBe("believed");
});

test("an unknown key makes us fetch the issuer's keys, at most every 30 seconds", async () => {
  const it = await issuerOf(() => ({ "/token": async () => tokens(await it.sign(it.claims)) }));
  const identify = () => outcome(it.provider.identify("code", flow, null));
  const looked = () => it.seen.filter((path) => path === "/jwks").length;
  expect([await identify(), looked()]).toEqual(["believed", 1]);
  it.rotate();
  expect([await identify(), looked()]).toEqual(["oauth_failed", 1]);
  it.clock.advance(31_000);
  expect([await identify(), looked()]).toEqual(["believed", 2]);
});

test("an address from userinfo is used only for the same subject", async () => {
  let subject = "42";
  const it = await issuerOf(() => ({
    "/token": async () => tokens(await it.sign({ ...it.claims, email: undefined })),
    "/me": (request) =>
      request.headers.get("authorization") === "Bearer at"
        ? Response.json({ sub: subject, email: "A@B.org", email_verified: true })
        : new Response("", { status: 401 }),
  }));
  expect(await it.provider.identify("code", flow, null)).toMatchObject({ email: "a@b.org", emailVerified: true });
  subject = "43";
  expect(await outcome(it.provider.identify("code", flow, null))).toBe("oauth_failed");
});

test("an address from userinfo is verified only if userinfo says so, whatever the ID token says", async () => {
  const it = await issuerOf(() => ({
    "/token": async () => tokens(await it.sign({ ...it.claims, email: undefined, email_verified: true })),
    "/me": () => Response.json({ sub: "42", email: "a@b.org" }),
  }));
  expect(await it.provider.identify("code", flow, null)).toMatchObject({ email: "a@b.org", emailVerified: false });
});

test.each([["true"], [1], [null]])("an address with email_verified %p is not verified", async (said) => {
  const it = await issuerOf(() => ({
    "/token": async () => tokens(await it.sign({ ...it.claims, email_verified: said })),
  }));
  expect((await it.provider.identify("code", flow, null)).emailVerified).toBe(false);
});

test("metadata of another issuer, or with a javascript: URL, is refused", async () => {
  for (const change of [
    { issuer: "https://evil.example" },
    { authorization_endpoint: "javascript:alert(1)" },
    { jwks_uri: 7 },
  ]) {
    const it = await issuerOf((issuer) => ({
      "/.well-known/openid-configuration": () => Response.json({ ...metadata(issuer), ...change }),
    }));
    expect(await outcome(it.provider.authorizationUrl(flow))).toBe("oauth_failed");
  }
});

test("a provider that hangs times out after three seconds", async () => {
  const it = await issuerOf(() => ({ "/token": () => new Promise(() => {}) }));
  const startMs = systemClock.monoMs();
  expect(await outcome(it.provider.identify("code", flow, null))).toBe("away");
  expect(systemClock.monoMs() - startMs).toBeLessThan(patient(4_500));
});

test("a token endpoint's redirect is not followed, so its target never gets our secret", async () => {
  const it = await issuerOf((issuer) => ({
    "/token": () => new Response("", { status: 307, headers: { location: `${issuer}/elsewhere` } }),
  }));
  expect(await outcome(it.provider.identify("code", flow, null))).toBe("oauth_failed");
  expect(it.seen).not.toContain("/elsewhere");
});

test("malformed answers are refusals, never bugs", async () => {
  for (const answer of [
    "[]",
    "null",
    "7",
    "{",
    '{"access_token":7}',
    '{"error":"invalid_grant"}',
    '{"access_token":"a","id_token":{}}',
    '{"access_token":"a","id_token":"x.y.z"}',
  ]) {
    const it = await issuerOf(() => ({ "/token": () => new Response(answer) }));
    expect(await outcome(it.provider.identify("code", flow, null))).toBe("oauth_failed");
  }
});

test("GitHub: the subject is the numeric id, and the address is the primary one with its verification", async () => {
  const forms: URLSearchParams[] = [];
  let verified = true;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/login/oauth/access_token": async (request) => {
        forms.push(new URLSearchParams(await request.text()));
        return Response.json({ access_token: "gho_x", scope: "", token_type: "bearer" });
      },
      "/user": Response.json({ id: 583231, login: "octocat", name: null, email: "shown@example.org" }),
      "/user/emails": () =>
        Response.json([
          { email: "old@example.org", primary: false, verified: true },
          { email: "Octo@Example.org", primary: true, verified },
        ]),
    },
  });
  servers.push(server);
  const place = `http://127.0.0.1:${server.port}`;
  const provider = githubProvider({ label: "GitHub", ...client, outbound, site: place, api: place });
  const url = new URL(await provider.authorizationUrl(flow));
  expect(url.searchParams.get("code_challenge_method")).toBe("S256");
  expect(url.searchParams.get("scope")).toBe("read:user user:email");
  const person = { subject: "583231", email: "octo@example.org", name: "octocat", nickname: "octocat" };
  expect(await provider.identify("code", flow, null)).toEqual({ ...person, emailVerified: true });
  expect(Object.fromEntries(forms[0]!)).toMatchObject({
    code_verifier: flow.codeVerifier,
    redirect_uri: client.redirectUri,
  });
  verified = false;
  expect(await provider.identify("code", flow, null)).toEqual({ ...person, emailVerified: false });
});
