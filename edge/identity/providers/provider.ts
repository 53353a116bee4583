// What a provider is to the rest of the house: somewhere people are sent, and what it says about who comes back.

import { OAuth2Client } from "oslo/oauth2";
import { EMAIL_LENGTH_MAX, EMAIL_PATTERN } from "#schema/api/fields.ts";
import { foldedAddress } from "../email/address.ts";
import type { Flow } from "./flow.ts";
import type { Outbound } from "./outbound.ts";

/** What somebody is at a provider. */
export interface Person {
  /** The provider's own id of them: never changes, never another's. */
  subject: string;
  email: string | null;
  /** True only when the provider says that it has checked. */
  emailVerified: boolean;
  /** For people to read. */
  name: string;
  /** What they are called there; the login is made of it. */
  nickname: string;
}

/** Why nobody is signed in; becomes `?error=` of a page. */
export type OAuthError =
  /** The person said no there. */
  | "oauth_denied"
  /** Not the browser that left, too late, or a second time. */
  | "oauth_expired"
  /** The provider refused, or said something that does not hold. */
  | "oauth_failed"
  /** No answer in time. */
  | "oauth_away"
  | "oauth_email_missing"
  | "oauth_email_unverified"
  /** Somebody here has that address: sign in and link. */
  | "account_exists"
  /** Somebody else here is linked to that account. */
  | "identity_taken"
  /** Another account of that provider is linked already. */
  | "identity_exists"
  /** Who linked is no longer signed in. */
  | "not_signed_in"
  | "otp_required";

/** Ends a sign-in with a page that says why. `why` is for the log, never with secrets in it. */
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
  /** The code that came back → who it is. `issuer`: the parameter `iss`, RFC 9207. Throws OAuthFault or OutboundFault. */
  identify(code: string, flow: Flow, issuer: string | null): Promise<Person>;
}

export interface Client {
  clientId: string;
  clientSecret: string;
  /** Exactly as it is registered with the provider. */
  redirectUri: string;
}

/** One request to a provider; three or four of them fit into the time that a request of ours has. */
export const ASK_WITHIN_MS = 3_000;

/** Each with PKCE (S256) and state; the package builds addresses well, and is asked for nothing else: its requests have no limits. */
export async function authorizationUrl(
  { clientId, redirectUri }: Client,
  { endpoint, scopes, flow }: { endpoint: string; scopes: string[]; flow: Flow },
): Promise<URL> {
  const client = new OAuth2Client(clientId, endpoint, "", { redirectURI: redirectUri });
  return client.createAuthorizationURL({ scopes, state: flow.state, codeVerifier: flow.codeVerifier });
}

export type ClientAuth = "client_secret_basic" | "client_secret_post";

/** RFC 6749 §4.1.3. The answer's fields are not checked yet. */
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
    // Each half as in a form first, RFC 6749 §2.3.1.
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

/** What others wrote, cut to what a log line or a name may hold; empty when it is not text. */
export const shortText = (value: unknown, lengthMax = 100): string =>
  typeof value === "string"
    ? value
        .replace(/[\p{Cc}\p{Cf}]/gu, "")
        .trim()
        .slice(0, lengthMax)
    : "";

const EMAIL = new RegExp(EMAIL_PATTERN);

/** As it is kept; null when it is not an address that registration would take. */
export const emailIn = (value: unknown): string | null =>
  typeof value === "string" && value.length <= EMAIL_LENGTH_MAX && EMAIL.test(value) ? foldedAddress(value) : null;
