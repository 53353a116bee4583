// E-mails with links, to confirm an address or to set a new password (`/api/v1/auth/{email,password}/*`).

import { t } from "elysia";
import { email, emptyBody, password, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, text } from "./shapes.ts";

const linkToken = t.String({ pattern: "^[A-Za-z0-9_-]{43}$", description: "the token of the link in the e-mail" });

/** `email`: the account's address from now on. */
const verifiedEmailAnswer = answer("VerifiedEmail", { email: text });

export const verifyEmail = route("POST /api/v1/auth/email/verify", {
  access: "all",
  limit: "auth",
  ignoresToken: true,
  body: t.Object({ token: linkToken }, strict),
  answers: { 200: verifiedEmailAnswer },
  codes: ["bad_link", "email_taken"],
  summary: "Confirm an e-mail address with the token of a link",
});

export const resendVerification = route("POST /api/v1/auth/email/resend", {
  access: "signed-in",
  limit: "email",
  body: emptyBody,
  answers: { 204: null },
  codes: ["busy"],
  summary: "Send the e-mail with the confirmation link again",
});

export const forgotPassword = route("POST /api/v1/auth/password/forgot", {
  access: "all",
  limit: "email",
  ignoresToken: true,
  body: t.Object({ email }, strict),
  answers: { 204: null },
  summary: "Request an e-mail to set a new password; the answer does not reveal whether the account exists",
});

export const resetPassword = route("POST /api/v1/auth/password/reset", {
  access: "all",
  limit: "auth",
  ignoresToken: true,
  body: t.Object({ token: linkToken, password }, strict),
  answers: { 204: null },
  codes: ["bad_link", "busy"],
  summary: "Set a new password with the token of a link",
});
