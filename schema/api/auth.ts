// Requests and answers below `/api/v1/auth` and `/api/v1/me` (contract §2).

import { t } from "elysia";
import { displayName, email, login, PASSWORD_LENGTH_MAX, password, strict } from "./fields.ts";

export const registerBody = t.Object({ login, email, password, displayName: t.Optional(displayName) }, strict);

export const loginBody = t.Object(
  {
    login: t.String({ minLength: 1, maxLength: 254, description: "your login or e-mail address" }),
    // Only the upper limit: a wrong password is wrong, whatever its length.
    password: t.String({ maxLength: PASSWORD_LENGTH_MAX, description: `at most ${PASSWORD_LENGTH_MAX} characters` }),
    otp: t.Optional(t.String({ maxLength: 64, description: "a one-time code" })),
  },
  strict,
);

/** Browsers send the cookie instead. */
export const refreshBody = t.Object(
  { refreshToken: t.Optional(t.String({ maxLength: 512, description: "the value of the cookie refresh_token" })) },
  strict,
);

export const updateMeBody = t.Object({ displayName: t.Optional(displayName) }, strict);

export const REFRESH_COOKIE = "refresh_token";

export type Role = "user" | "staff" | "admin";

export interface UserView {
  id: string;
  login: string;
  displayName: string;
}

export interface MeView extends UserView {
  email: string;
  role: Role;
}

/** The answer to register, login and refresh; the refresh token itself travels in the cookie. */
export interface SignedInView {
  user: UserView;
  accessToken: string;
  expiresInMs: number;
}
