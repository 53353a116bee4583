// The refresh token's cookie: out of reach of scripts, sent to the auth routes only, and never from a foreign page.

import { serializeCookie } from "oslo/cookie";
import { verifyRequestOrigin } from "oslo/request";
import { Refusal } from "#runtime/actor.ts";
import { REFRESH_COOKIE } from "#schema/wire/http/auth.ts";
import { REFRESH_TOKEN_MS } from "./refresh-token.ts";

const FOUND = new RegExp(`(?:^|;\\s*)${REFRESH_COOKIE}=([A-Za-z0-9_-]{1,512})(?:;|$)`);

export const readRefreshCookie = (request: Request): string | null =>
  FOUND.exec(request.headers.get("cookie") ?? "")?.[1] ?? null;

/** `text` null takes the cookie back. */
export const refreshCookie = (text: string | null, { secure }: { secure: boolean }) =>
  serializeCookie(REFRESH_COOKIE, text ?? "", {
    httpOnly: true,
    sameSite: "strict",
    path: "/api/v1/auth",
    secure,
    maxAge: text === null ? 0 : REFRESH_TOKEN_MS / 1_000,
  });

/** A second wall behind SameSite, which lets other ports and subdomains of our site through. Throws Refusal `forbidden`. */
export function checkOrigin(request: Request, allowedOrigins: readonly string[]) {
  const origin = request.headers.get("origin");
  if (origin === null) return;
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (!verifyRequestOrigin(origin, [host, ...allowedOrigins]))
    throw new Refusal("forbidden", "this page may not sign you in or out");
}
