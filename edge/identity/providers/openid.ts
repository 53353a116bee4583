// OpenID Connect for any issuer: discovery, and ID tokens that are validated with the issuer's keys (Core 1.0 §3.1.3.7).

import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "#runtime/base/clock.ts";
import type { Flow } from "./flow.ts";
import type { Outbound } from "./outbound.ts";
import {
  ASK_WITHIN_MS,
  authorizationUrl,
  type Client,
  type ClientAuth,
  emailIn,
  exchangeCode,
  OAuthFault,
  type Person,
  type Provider,
  record,
  shortText,
} from "./provider.ts";

/** Differences between issuers. */
export interface OpenIdQuirks {
  issuer: string;
  /** Default: `openid profile email`. */
  scopes?: string[];
  /** Additional parameters of the authorization request. */
  extra?: Record<string, string>;
}

interface OpenIdOptions extends Client, OpenIdQuirks {
  id: string;
  label: string;
  outbound: Outbound;
  clock: Clock;
}

interface Metadata {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  jwksUri: string;
  userinfoEndpoint: string | null;
  /** HTTP Basic unless the issuer lists other methods only: it is the default of registration (Core §9). */
  auth: ClientAuth;
  /** The issuer always sends the parameter `iss` (RFC 9207). */
  sendsIssuer: boolean;
}

/** Asymmetric algorithms only: never our client secret, never `none`. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const METADATA_MS = 3_600_000;
const KEYS_MS = 3_600_000;
/** A token with an unknown key makes us fetch the keys again, at most this often, so that nobody can make us flood the issuer. */
const KEYS_REFETCH_MS = 30_000;
const CLOCK_TOLERANCE_S = 60;
const SUBJECT_LENGTH_MAX = 255;

export function openIdProvider(options: OpenIdOptions): Provider {
  const { id, label, issuer, outbound, clock, scopes = ["openid", "profile", "email"], extra = {} } = options;
  let cached: { atMs: number; value: Metadata } | undefined;
  let keys: { atMs: number; value: JSONWebKeySet } | undefined;

  return {
    id,
    label,
    async authorizationUrl(flow) {
      const { authorizationEndpoint } = await discovered();
      const url = await authorizationUrl(options, { endpoint: authorizationEndpoint, scopes, flow });
      url.searchParams.set("nonce", flow.nonce);
      for (const [name, value] of Object.entries(extra)) url.searchParams.set(name, value);
      return url.href;
    },
    async identify(code, flow, givenIssuer) {
      const metadata = await discovered();
      // Another issuer's code must not be sent to this token endpoint (mix-up attack, RFC 9207).
      if (givenIssuer === null ? metadata.sendsIssuer : givenIssuer !== metadata.issuer)
        throw new OAuthFault("oauth_failed", "the answer is from another issuer");
      const tokens = await exchangeCode(outbound, options, {
        endpoint: metadata.tokenEndpoint,
        code,
        flow,
        auth: metadata.auth,
      });
      if (typeof tokens.id_token !== "string") throw new OAuthFault("oauth_failed", "there is no ID token");
      const claims = await verified(tokens.id_token, flow, metadata);
      if (emailIn(claims.email) !== null || metadata.userinfoEndpoint === null) return personOf(claims);
      return personOf({
        ...claims,
        // The ID token has no address, so its `email_verified` does not apply to the address from userinfo.
        email_verified: undefined,
        ...(await userinfo(metadata.userinfoEndpoint, String(tokens.access_token), claims.sub)),
      });
    },
  };

  async function discovered(): Promise<Metadata> {
    if (cached && clock.monoMs() - cached.atMs < METADATA_MS) return cached.value;
    const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const { status, json } = await outbound(url, { withinMs: ASK_WITHIN_MS });
    const value = status === 200 ? metadataIn(json) : null;
    // OpenID Connect Discovery §4.3: exactly the requested issuer.
    if (value?.issuer !== issuer) throw new OAuthFault("oauth_failed", `no metadata of the issuer (${status})`);
    cached = { atMs: clock.monoMs(), value };
    return value;
  }

  async function verified(idToken: string, flow: Flow, metadata: Metadata): Promise<JWTPayload & { sub: string }> {
    const check = async (set: JSONWebKeySet) =>
      jwtVerify(idToken, createLocalJWKSet(set), {
        issuer: metadata.issuer,
        audience: options.clientId,
        algorithms: ALGORITHMS,
        currentDate: new Date(clock.wallMs()),
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ["sub", "iat", "exp"],
      });
    const known = await keysOf(metadata, KEYS_MS);
    const { payload } = await check(known)
      .catch(async (error) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        return check(await keysOf(metadata, KEYS_REFETCH_MS));
      })
      .catch((error) => {
        if (error instanceof errors.JOSEError) throw new OAuthFault("oauth_failed", `ID token: ${error.code}`);
        throw error;
      });
    const { sub, nonce, azp, aud } = payload;
    if (nonce !== flow.nonce) throw new OAuthFault("oauth_failed", "ID token: another nonce");
    const several = Array.isArray(aud) && aud.length > 1;
    if ((azp !== undefined || several) && azp !== options.clientId)
      throw new OAuthFault("oauth_failed", "ID token: for another party");
    if (!sub || sub.length > SUBJECT_LENGTH_MAX) throw new OAuthFault("oauth_failed", "ID token: no subject");
    return { ...payload, sub };
  }

  async function keysOf({ jwksUri }: Metadata, youngerMs: number): Promise<JSONWebKeySet> {
    if (keys && clock.monoMs() - keys.atMs < youngerMs) return keys.value;
    const { status, json } = await outbound(jwksUri, { withinMs: ASK_WITHIN_MS });
    const set = record(json);
    if (status !== 200 || !set || !Array.isArray(set.keys)) throw new OAuthFault("oauth_failed", `no keys (${status})`);
    keys = { atMs: clock.monoMs(), value: set as unknown as JSONWebKeySet };
    return keys.value;
  }

  /** Claims that the ID token lacks (Core §5.4). Refused if they are about another subject (§5.3.2). */
  async function userinfo(url: string, accessToken: string, subject: string): Promise<Record<string, unknown>> {
    const { status, json } = await outbound(url, {
      headers: { authorization: `Bearer ${accessToken}` },
      withinMs: ASK_WITHIN_MS,
    });
    const claims = record(json);
    if (status !== 200 || claims?.sub !== subject) throw new OAuthFault("oauth_failed", `no userinfo (${status})`);
    return claims;
  }
}

function personOf(claims: Record<string, unknown>): Person {
  const email = emailIn(claims.email);
  const nickname =
    shortText(claims.preferred_username) || shortText(claims.nickname) || shortText(claims.name) || (email ?? "");
  return {
    subject: String(claims.sub),
    email,
    emailVerified: claims.email_verified === true,
    name: shortText(claims.name) || nickname,
    nickname,
  };
}

function metadataIn(json: unknown): Metadata | null {
  const fields = record(json);
  if (!fields) return null;
  const text = (name: string) => (typeof fields[name] === "string" ? (fields[name] as string) : null);
  const [issuer, authorizationEndpoint] = [text("issuer"), text("authorization_endpoint")];
  const [tokenEndpoint, jwksUri] = [text("token_endpoint"), text("jwks_uri")];
  if (!issuer || !authorizationEndpoint || !tokenEndpoint || !jwksUri) return null;
  // Browsers are redirected to it, so it must not be a `javascript:` URL.
  if (!/^https?:\/\//.test(authorizationEndpoint)) return null;
  const methods = fields.token_endpoint_auth_methods_supported;
  return {
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    jwksUri,
    userinfoEndpoint: text("userinfo_endpoint"),
    auth:
      Array.isArray(methods) && !methods.includes("client_secret_basic") ? "client_secret_post" : "client_secret_basic",
    sendsIssuer: fields.authorization_response_iss_parameter_supported === true,
  };
}
