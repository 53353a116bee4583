// The refresh token's cookie: inaccessible to scripts, sent to the auth routes only, and never from a foreign page.

import { serializeCookie } from "oslo/cookie";
import { verifyRequestOrigin } from "oslo/request";
import { Refusal } from "#runtime/actor/actor.ts";
import { REFRESH_COOKIE } from "#schema/api/auth.ts";
import { REFRESH_TOKEN_MS } from "./refresh-token.ts";

const FOUND = new RegExp(`(?:^|;\\s*)${REFRESH_COOKIE}=([A-Za-z0-9_-]{1,512})(?=;|$)`, "g");

/** All cookies of that name: another host of the same site can add one, and put it first (RFC 6265 §8.6). */
export const readRefreshCookies = (request: Request): string[] =>
  [...(request.headers.get("cookie") ?? "").matchAll(FOUND)].map(([, text]) => text!);

/** `text` null clears the cookie. */
export const refreshCookie = (text: string | null, { secure }: { secure: boolean }) =>
  serializeCookie(REFRESH_COOKIE, text ?? "", {
    httpOnly: true,
    sameSite: "strict",
    path: "/api/v1/auth",
    secure,
    maxAge: text === null ? 0 : REFRESH_TOKEN_MS / 1_000,
  });

/** Refuses other ports and subdomains of the same site, which SameSite lets through. Throws Refusal `forbidden`. */
export function checkOrigin(request: Request, allowedOrigins: readonly string[]) {
  const origin = request.headers.get("origin");
  if (origin === null) {
    // Browsers that hide the origin of a foreign page still send Fetch Metadata.
    if (request.headers.get("sec-fetch-site") !== "cross-site") return;
    throw foreign();
  }
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (!verifyRequestOrigin(origin, [host, ...allowedOrigins])) throw foreign();
}

const foreign = () => new Refusal("forbidden", "this page may not sign you in or out");
