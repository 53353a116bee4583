// Two-factor: authenticator app and recovery codes (`/api/v1/me/totp`).

import { type Static, t } from "elysia";
import { strict } from "./fields.ts";
import { PROVEN, presentPassword } from "./reauthentication.ts";
import { route } from "./route.ts";
import { answer, bool, count, moment, orNull, text } from "./shapes.ts";

export const oneTimeCode = t.String({
  minLength: 1,
  maxLength: 64,
  description: "six digits of your app, or a recovery code",
});

export const totpAnswer = answer("TwoFactor", {
  enabled: bool,
  confirmedAt: orNull(moment),
  recoveryCodesLeft: count,
});
export type TotpView = Static<typeof totpAnswer>;

export const proposedTotpAnswer = answer("ProposedTwoFactor", {
  /** Base32, for typing. */
  secret: text,
  /** `otpauth://totp/…`, for a QR code. */
  otpauthUrl: text,
});
export type ProposedTotpView = Static<typeof proposedTotpAnswer>;

/** Shown once. */
export const recoveryCodesAnswer = answer("RecoveryCodes", { recoveryCodes: t.Array(text) });

const provenBody = t.Object({ password: presentPassword, otp: oneTimeCode }, strict);

export const readTotp = route("GET /api/v1/me/totp", {
  access: "signed-in",
  limit: "read",
  answers: { 200: totpAnswer },
  summary: "Whether two-factor is on",
});

export const proposeTotp = route("POST /api/v1/me/totp", {
  access: "signed-in",
  limit: "auth",
  body: t.Object({ password: presentPassword }, strict),
  answers: { 200: proposedTotpAnswer },
  codes: [...PROVEN, "totp_on"],
  summary: "Propose a secret for two-factor",
});

export const confirmTotp = route("POST /api/v1/me/totp/confirm", {
  access: "signed-in",
  limit: "auth",
  body: t.Object({ code: t.String({ minLength: 1, maxLength: 64, description: "six digits of your app" }) }, strict),
  answers: { 200: recoveryCodesAnswer },
  codes: [...PROVEN, "totp_on", "totp_off"],
  summary: "Turn two-factor on with a first code",
});

export const renewRecoveryCodes = route("POST /api/v1/me/totp/recovery-codes", {
  access: "signed-in",
  limit: "auth",
  body: provenBody,
  answers: { 200: recoveryCodesAnswer },
  codes: [...PROVEN, "totp_off"],
  summary: "Replace the recovery codes",
});

const removal = {
  access: "signed-in",
  limit: "auth",
  body: provenBody,
  answers: { 204: null },
  codes: [...PROVEN, "totp_off"],
  summary: "Turn two-factor off",
} as const;

export const removeTotp = route("POST /api/v1/me/totp/removal", removal);

/** Some clients and proxies drop the body of a DELETE. */
export const removeTotpFormerly = route("DELETE /api/v1/me/totp", { ...removal, insteadUse: removeTotp });
