// OpenID Connect: any issuer, by its discovery document, with its ID token checked against its keys (Core 1.0 §3.1.3.7).

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

/** What differs from issuer to issuer. */
export interface OpenIdQuirks {
  issuer: string;
  /** Default: `openid profile email`. */
  scopes?: string[];
  /** More fields of the authorization request. */
  extra?: Record<string, string>;
}

export interface OpenIdOptions extends Client, OpenIdQuirks {
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
  /** HTTP Basic where it may be, as registration has it by default (Core §9). */
  auth: ClientAuth;
  /** It always says who it is when it sends people back. */
  saysIssuer: boolean;
}

/** What signs ID tokens: keys of the issuer, never our secret, never nothing. */
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
/** A token of a key that we do not know makes us look, so seldom that nobody makes us a nuisance to the issuer. */
const KEYS_ANEW_MS = 30_000;
const CLOCK_TOLERANCE_S = 60;
const SUBJECT_LENGTH_MAX = 255;

export function openIdProvider(options: OpenIdOptions): Provider {
  const { id, label, issuer, outbound, clock, scopes = ["openid", "profile", "email"], extra = {} } = options;
  let metadata: { atMs: number; value: Metadata } | undefined;
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
    async identify(code, flow, saidIssuer) {
      const place = await discovered();
      // Another provider's code must not be taken to this one's token endpoint (mix-up, RFC 9207).
      if (saidIssuer === null ? place.saysIssuer : saidIssuer !== place.issuer)
        throw new OAuthFault("oauth_failed", "the answer is from another issuer");
      const tokens = await exchangeCode(outbound, options, {
        endpoint: place.tokenEndpoint,
        code,
        flow,
        auth: place.auth,
      });
      if (typeof tokens.id_token !== "string") throw new OAuthFault("oauth_failed", "there is no ID token");
      const claims = await verified(tokens.id_token, flow, place);
      if (emailIn(claims.email) !== null || place.userinfoEndpoint === null) return personOf(claims);
      return personOf({
        ...claims,
        // Said of no address there: it says nothing of the one from here.
        email_verified: undefined,
        ...(await userinfo(place.userinfoEndpoint, String(tokens.access_token), claims.sub)),
      });
    },
  };

  async function discovered(): Promise<Metadata> {
    if (metadata && clock.monoMs() - metadata.atMs < METADATA_MS) return metadata.value;
    const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const { status, json } = await outbound(url, { withinMs: ASK_WITHIN_MS });
    const value = status === 200 ? metadataIn(json) : null;
    // OpenID Connect Discovery §4.3: exactly the issuer that was asked for.
    if (value?.issuer !== issuer) throw new OAuthFault("oauth_failed", `no metadata of the issuer (${status})`);
    metadata = { atMs: clock.monoMs(), value };
    return value;
  }

  async function verified(idToken: string, flow: Flow, place: Metadata): Promise<JWTPayload & { sub: string }> {
    const check = async (set: JSONWebKeySet) =>
      jwtVerify(idToken, createLocalJWKSet(set), {
        issuer: place.issuer,
        audience: options.clientId,
        algorithms: ALGORITHMS,
        currentDate: new Date(clock.wallMs()),
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ["sub", "iat", "exp"],
      });
    const known = await keysOf(place, KEYS_MS);
    const { payload } = await check(known)
      .catch(async (error) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        return check(await keysOf(place, KEYS_ANEW_MS));
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

  /** Claims that the ID token leaves out (Core §5.4). About the same person, or not to be used (§5.3.2). */
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
  const said = record(json);
  if (!said) return null;
  const text = (name: string) => (typeof said[name] === "string" ? (said[name] as string) : null);
  const [issuer, authorizationEndpoint] = [text("issuer"), text("authorization_endpoint")];
  const [tokenEndpoint, jwksUri] = [text("token_endpoint"), text("jwks_uri")];
  if (!issuer || !authorizationEndpoint || !tokenEndpoint || !jwksUri) return null;
  // A browser is sent there: never to `javascript:`.
  if (!/^https?:\/\//.test(authorizationEndpoint)) return null;
  const methods = said.token_endpoint_auth_methods_supported;
  return {
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    jwksUri,
    userinfoEndpoint: text("userinfo_endpoint"),
    auth:
      Array.isArray(methods) && !methods.includes("client_secret_basic") ? "client_secret_post" : "client_secret_basic",
    saysIssuer: said.authorization_response_iss_parameter_supported === true,
  };
}
