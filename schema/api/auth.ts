// Registration, sign-in, refresh and sign-out (`/api/v1/auth/*`).

import { type Static, t } from "elysia";
import { PASSWORD_LENGTH_MAX } from "../wire/passwords.ts";
import { displayName, email, login, password, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, count, described, id, text } from "./shapes.ts";
import { oneTimeCode } from "./two-factor.ts";
import { userAnswer } from "./user.ts";

/** The cookie of the refresh token. */
export const REFRESH_COOKIE = "refresh_token";

/** The refresh token is not in the answer: it comes as the cookie. */
export const signedInAnswer = answer("SignedIn", {
  user: userAnswer,
  channelId: described(id, "of the user's own channel; `user.id` is another"),
  accessToken: described(text, "for `Authorization: Bearer`"),
  expiresInMs: count,
});
export type SignedInView = Static<typeof signedInAnswer>;

export const register = route("POST /api/v1/auth/register", {
  access: "all",
  limit: "auth",
  ignoresToken: true,
  body: t.Object({ login, email, password, displayName: t.Optional(displayName) }, strict),
  answers: { 201: signedInAnswer },
  codes: ["login_taken", "email_taken", "busy"],
  summary: "Create an account with its channel, and sign in",
});

export const signIn = route("POST /api/v1/auth/login", {
  access: "all",
  limit: "auth",
  ignoresToken: true,
  body: t.Object(
    {
      login: t.String({ minLength: 1, maxLength: 254, description: "your login or e-mail address" }),
      // No lower limit: a short password is `bad_credentials`, like any other wrong one.
      password: t.String({ maxLength: PASSWORD_LENGTH_MAX, description: `at most ${PASSWORD_LENGTH_MAX} characters` }),
      otp: t.Optional(t.String({ maxLength: 64, description: "a one-time code" })),
    },
    strict,
  ),
  answers: { 200: signedInAnswer },
  codes: ["bad_credentials", "otp_required", "otp_wrong", "suspended", "busy"],
  summary: "Sign in by password",
});

/** The account is in a cookie that the callback of the provider has set. */
export const finishProviderSignIn = route("POST /api/v1/auth/oauth/second-step", {
  access: "all",
  limit: "auth",
  body: t.Object({ otp: oneTimeCode }, strict),
  answers: { 200: signedInAnswer },
  codes: ["not_signed_in", "otp_wrong", "suspended"],
  summary: "Finish a provider sign-in with a one-time code",
});

/** Browsers send the cookie instead. */
const refreshBody = t.Object(
  { refreshToken: t.Optional(t.String({ maxLength: 512, description: "the value of the cookie refresh_token" })) },
  strict,
);

export const refresh = route("POST /api/v1/auth/refresh", {
  access: "all",
  limit: "auth",
  ignoresToken: true,
  body: refreshBody,
  answers: { 200: signedInAnswer },
  codes: ["not_signed_in", "token_reused", "suspended", "foreign_origin"],
  summary: "Get a new access token; the refresh token is rotated",
});

export const signOut = route("POST /api/v1/auth/logout", {
  access: "all",
  limit: "auth",
  ignoresToken: true,
  body: refreshBody,
  answers: { 204: null },
  codes: ["foreign_origin"],
  summary: "Sign this device out",
});

export const signOutEverywhere = route("POST /api/v1/auth/logout-all", {
  access: "all",
  limit: "auth",
  ignoresToken: true,
  body: refreshBody,
  answers: { 204: null },
  codes: ["not_signed_in", "foreign_origin"],
  summary: "Sign all devices out",
});
