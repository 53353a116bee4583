// A flow: the way of one browser to a provider and back, kept in a sealed cookie, so that only the browser that left can return.

import { serializeCookie } from "oslo/cookie";
import { base64url } from "oslo/encoding";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import { createSealing } from "../tokens/seal.ts";

/** Enough time to find a password for the provider. */
export const FLOW_MS = 10 * 60_000;

export interface Flow {
  provider: string;
  /** Returned in the query, RFC 6749 §10.12. */
  state: string;
  /** Returned in the ID token, OpenID Connect Core §3.1.2.1. */
  nonce: string;
  /** RFC 7636. */
  codeVerifier: string;
  /** The user and device (the name `signInId` stands in cookies) that link an account; null: sign-in. */
  link: { userId: string; signInId: string } | null;
  /** Path of the page to return to. */
  returnTo: string;
  untilMs: number;
}

export interface Flows {
  begin(flow: Pick<Flow, "provider" | "link" | "returnTo">): Flow;
  /** For `set-cookie`. Each flow has its own cookie, since two tabs may leave at once. */
  cookie(flow: Flow): string;
  /** For `set-cookie`: clears this flow's cookie. */
  noCookie({ state }: Pick<Flow, "state">): string;
  /** For `set-cookie`: clears the cookies of unfinished flows, once there are many. */
  tidy(request: Request): string[];
  /** This browser's flow with this state; null: none, expired, or not ours. */
  read(request: Request, state: string): Flow | null;
}

interface FlowsOptions {
  keys: KeyRing;
  clock: Clock;
  random: Random;
  /** Cookies for https only. */
  secure: boolean;
}

const COOKIE = "oauth_flow_";
/** The cookies of a request are limited in bytes, and each of these has some 500. */
const COOKIES_MAX = 6;
/** Path of the cookies. */
export const OAUTH_PATH = "/api/v1/auth/oauth";
const ABOUT = "flow";

export function createFlows({ keys, clock, random, secure }: FlowsOptions): Flows {
  // Sealed, not only signed: proxies and their logs may see cookies.
  const sealing = createSealing({ keys, random, purpose: "oauth-flow" });
  const secret = () => base64url.encode(random.bytes(32), { includePadding: false });
  const named = (name: string, value: string) =>
    oauthCookie(name, value, { secure, sameSite: "lax", maxAgeMs: FLOW_MS });

  return {
    begin: (flow) => ({
      ...flow,
      state: secret(),
      nonce: secret(),
      codeVerifier: secret(),
      untilMs: clock.wallMs() + FLOW_MS,
    }),
    cookie(flow) {
      const text = sealing.seal(new TextEncoder().encode(JSON.stringify(flow)), ABOUT);
      return named(nameOf(flow), base64url.encode(text, { includePadding: false }));
    },
    noCookie: (flow) => named(nameOf(flow), ""),
    tidy(request) {
      const names = (request.headers.get("cookie") ?? "").match(/(?<=^|;\s*)oauth_flow_[\w-]{8}(?==)/g) ?? [];
      return names.length < COOKIES_MAX ? [] : names.map((name) => named(name, ""));
    },
    read(request, state) {
      if (!STATE.test(state)) return null;
      const opened = sealing.open(readOauthCookie(request, nameOf({ state })), ABOUT);
      if (!opened) return null;
      const flow = JSON.parse(new TextDecoder().decode(opened)) as Flow; // Sealed, so it is our own.
      return flow.untilMs > clock.wallMs() ? flow : null;
    },
  };
}

const STATE = /^[\w-]{43}$/;
/** The first characters of the state: enough to distinguish a browser's flows, and far from the whole secret. */
const nameOf = ({ state }: Pick<Flow, "state">) => COOKIE + state.slice(0, 8);

/** An empty `value` clears the cookie. A browser that a provider redirects here sends `lax` cookies, not `strict` ones. */
export const oauthCookie = (
  name: string,
  value: string,
  { secure, sameSite, maxAgeMs }: { secure: boolean; sameSite: "lax" | "strict"; maxAgeMs: number },
) =>
  serializeCookie(name, value, {
    httpOnly: true,
    sameSite,
    path: OAUTH_PATH,
    secure,
    maxAge: value === "" ? 0 : maxAgeMs / 1_000,
  });

/** Empty: no such cookie, or a malformed one. */
export function readOauthCookie(request: Request, name: string): Uint8Array {
  const found = new RegExp(`(?:^|;\\s*)${name}=([A-Za-z0-9_-]{1,4096})(?:;|$)`).exec(
    request.headers.get("cookie") ?? "",
  );
  return new Uint8Array(Buffer.from(found?.[1] ?? "", "base64url"));
}
