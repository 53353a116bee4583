// A way to a provider and back, as this browser remembers it: a sealed cookie, so that who comes back is who left.

import { serializeCookie } from "oslo/cookie";
import { base64url } from "oslo/encoding";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { KeyRing } from "../tokens/key-ring.ts";
import { createSealing } from "../tokens/seal.ts";

/** Long enough to look for a password at the provider. */
export const FLOW_MS = 10 * 60_000;

export interface Flow {
  provider: string;
  /** Comes back in the address, RFC 6749 §10.12. */
  state: string;
  /** Comes back in the ID token, OpenID Connect Core §3.1.2.1. */
  nonce: string;
  /** RFC 7636. */
  codeVerifier: string;
  /** Who links, when somebody does; null: signing in. */
  link: { userId: string; signInId: string } | null;
  /** Path of the page to end at. */
  returnTo: string;
  untilMs: number;
}

export interface Flows {
  begin(what: Pick<Flow, "provider" | "link" | "returnTo">): Flow;
  /** For `set-cookie`. Each way has a cookie of its own: two tabs may leave at once. */
  cookie(flow: Flow): string;
  /** For `set-cookie`: takes the one of this way back. */
  noCookie({ state }: Pick<Flow, "state">): string;
  /** For `set-cookie`: takes those of ways that were not gone to their end back, once there are many. */
  tidy(request: Request): string[];
  /** What this browser left with under this state; null: nothing, or too long ago, or not ours. */
  read(request: Request, state: string): Flow | null;
}

export interface FlowsOptions {
  keys: KeyRing;
  clock: Clock;
  random: Random;
  /** Cookies for https only. */
  secure: boolean;
}

const COOKIE = "oauth_flow_";
/** What a browser sends with one request has its limit, and each cookie some 500 bytes. */
const COOKIES_MAX = 6;
/** Sent to these routes and no others. */
export const OAUTH_PATH = "/api/v1/auth/oauth";
const ABOUT = "flow";

export function createFlows({ keys, clock, random, secure }: FlowsOptions): Flows {
  // Sealed and not only signed: proxies and logs on the way may see cookies.
  const sealing = createSealing({ keys, random, purpose: "oauth-flow" });
  const secret = () => base64url.encode(random.bytes(32), { includePadding: false });
  const named = (name: string, value: string) =>
    oauthCookie(name, value, { secure, sameSite: "lax", maxAgeMs: FLOW_MS });

  return {
    begin: (what) => ({
      ...what,
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
      const flow = JSON.parse(new TextDecoder().decode(opened)) as Flow; // Sealed: we wrote it.
      return flow.untilMs > clock.wallMs() ? flow : null;
    },
  };
}

const STATE = /^[\w-]{43}$/;
/** The state's beginning: enough to tell a browser's ways apart, and far from the whole. */
const nameOf = ({ state }: Pick<Flow, "state">) => COOKIE + state.slice(0, 8);

/** `value` empty takes it back. Lax comes along when a provider sends the browser here; strict does not. */
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

/** Empty: none, or no text of ours. */
export function readOauthCookie(request: Request, name: string): Uint8Array {
  const found = new RegExp(`(?:^|;\\s*)${name}=([A-Za-z0-9_-]{1,4096})(?:;|$)`).exec(
    request.headers.get("cookie") ?? "",
  );
  return new Uint8Array(Buffer.from(found?.[1] ?? "", "base64url"));
}
