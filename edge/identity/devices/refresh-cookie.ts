// The refresh token's cookie: inaccessible to scripts, sent to the auth routes only, and never from a foreign page.

import { serializeCookie } from "oslo/cookie";
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
