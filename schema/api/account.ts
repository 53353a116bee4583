// Requests and answers about one's own account: links of letters, password, addresses, login, deletion (contract §2).

import { t } from "elysia";
import { email, login, PASSWORD_LENGTH_MAX, password, strict } from "./fields.ts";

const linkToken = t.String({ pattern: "^[A-Za-z0-9_-]{43}$", description: "the token of the link in the letter" });

const presentPassword = t.String({
  maxLength: PASSWORD_LENGTH_MAX,
  description: `your password, at most ${PASSWORD_LENGTH_MAX} characters`,
});

export const verifyEmailBody = t.Object({ token: linkToken }, strict);

export const forgotPasswordBody = t.Object({ email }, strict);

export const resetPasswordBody = t.Object({ token: linkToken, password }, strict);

/** `oldPassword` is left out by those who have none yet. */
export const changePasswordBody = t.Object({ oldPassword: t.Optional(presentPassword), password }, strict);

/** Without a password: after a sign-in of the last 10 minutes. */
export const changeEmailBody = t.Object({ email, password: t.Optional(presentPassword) }, strict);

export const changeLoginBody = t.Object({ login, password: t.Optional(presentPassword) }, strict);

export const deleteAccountBody = t.Object({ password: t.Optional(presentPassword) }, strict);

/** The answer to a link that was opened. */
export interface VerifiedEmailView {
  /** Of the account, from now on. */
  email: string;
}

/** What the account page shows beside `/me`. */
export interface AccountView {
  login: string;
  email: string;
  emailVerified: boolean;
  /** An address that was asked for and waits for its letter to be answered. */
  pendingEmail: string | null;
  /** False: signs in through a provider only. */
  hasPassword: boolean;
  twoFactor: boolean;
  createdAt: string;
  /** Null: now. */
  loginChangeAllowedAt: string | null;
}
