// The interface of sign-in providers, and the parts of OAuth 2.0 that they share.

import { OAuth2Client } from "oslo/oauth2";
import { EMAIL_LENGTH_MAX, EMAIL_PATTERN } from "#schema/api/fields.ts";
import { cutText } from "#schema/wire/unicode.ts";
import { foldedAddress } from "../email/address.ts";
import type { Flow } from "./flow.ts";
import type { Outbound } from "./outbound.ts";

/** A person's profile at a provider. */
export interface Person {
  /** The provider's id of the person: never changes, and is never given to another. */
  subject: string;
  email: string | null;
  /** True only if the provider says so. */
  emailVerified: boolean;
  /** For people to read. */
  name: string;
  /** Name at the provider, from which the login is derived. */
  nickname: string;
}

/** The reason why a sign-in failed: `?error=` of the page. */
export type OAuthError =
  /** The person declined at the provider. */
  | "oauth_denied"
  /** Another browser than the one that left, too late, or a repeated return. */
  | "oauth_expired"
  /** The provider refused, or its answer is invalid. */
  | "oauth_failed"
  /** The provider did not answer in time. */
  | "oauth_away"
  | "oauth_email_missing"
  | "oauth_email_unverified"
  /** An account with that address exists: sign in to it and link. */
  | "account_exists"
  /** Another user is linked to that account. */
  | "identity_taken"
  /** Another account of that provider is linked already. */
  | "identity_exists"
  /** The device that started the link was signed out. */
  | "not_signed_in"
  | "otp_required";

/** Ends a sign-in with an error page. `why` is for the log, and never contains secrets. */
export class OAuthFault extends Error {
  override readonly name = "OAuthFault";
  constructor(
    readonly code: OAuthError,
    readonly why: string,
  ) {
    super(`${code}: ${why}`);
  }
}

export interface Provider {
  id: string;
  label: string;
  /** Where to send the browser. Throws OAuthFault or OutboundFault. */
  authorizationUrl(flow: Flow): Promise<string>;
  /** Exchanges the code for the person's profile. `issuer`: the parameter `iss`, RFC 9207. Throws OAuthFault or OutboundFault. */
  identify(code: string, flow: Flow, issuer: string | null): Promise<Person>;
}

export interface Client {
  clientId: string;
  clientSecret: string;
  /** Exactly as registered with the provider. */
  redirectUri: string;
}

/** Deadline of one request to a provider; a sign-in makes three or four. */
export const ASK_WITHIN_MS = 3_000;

/** With PKCE (S256) and state. The package only builds the URL: its own requests have no limits. */
export async function authorizationUrl(
  { clientId, redirectUri }: Client,
  { endpoint, scopes, flow }: { endpoint: string; scopes: string[]; flow: Flow },
): Promise<URL> {
  const client = new OAuth2Client(clientId, endpoint, "", { redirectURI: redirectUri });
  return client.createAuthorizationURL({ scopes, state: flow.state, codeVerifier: flow.codeVerifier });
}

export type ClientAuth = "client_secret_basic" | "client_secret_post";

/** RFC 6749 §4.1.3. Only `access_token` of the answer is checked. */
export async function exchangeCode(
  outbound: Outbound,
  { clientId, clientSecret, redirectUri }: Client,
  { endpoint, code, flow, auth }: { endpoint: string; code: string; flow: Flow; auth: ClientAuth },
): Promise<Record<string, unknown>> {
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    code_verifier: flow.codeVerifier,
    client_id: clientId,
  });
  const headers: Record<string, string> = {};
  if (auth === "client_secret_post") form.set("client_secret", clientSecret);
  else {
    // Each half is form-encoded first, RFC 6749 §2.3.1.
    const encoded = [clientId, clientSecret].map((part) => new URLSearchParams({ x: part }).toString().slice(2));
    headers.authorization = `Basic ${Buffer.from(encoded.join(":")).toString("base64")}`;
  }
  const { status, json } = await outbound(endpoint, { method: "POST", form, headers, withinMs: ASK_WITHIN_MS });
  const answer = record(json);
  if (status !== 200 || !answer || typeof answer.access_token !== "string")
    throw new OAuthFault("oauth_failed", `the token endpoint answered ${status} ${shortText(answer?.error)}`);
  return answer;
}

export const record = (value: unknown): Record<string, unknown> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/** Foreign text, shortened for a log line or a name; empty if it is no text. */
export const shortText = (value: unknown, lengthMax = 100): string =>
  typeof value === "string" ? cutText(value.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "").trim(), lengthMax) : "";

const EMAIL = new RegExp(EMAIL_PATTERN);

/** The normalized address; null if registration would refuse it. */
export const emailIn = (value: unknown): string | null =>
  typeof value === "string" && value.isWellFormed() && value.length <= EMAIL_LENGTH_MAX && EMAIL.test(value)
    ? foldedAddress(value)
    : null;
