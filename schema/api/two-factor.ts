// `/api/v1/me/totp`: the second step of signing in, by an authenticator app and recovery codes.

import { t } from "elysia";
import { PASSWORD_LENGTH_MAX, strict } from "./fields.ts";

/** Without it the sign-in itself must be of the last 10 minutes. */
export const ownPassword = t.Optional(t.String({ maxLength: PASSWORD_LENGTH_MAX, description: "your password" }));

export const oneTimeCode = t.String({
  minLength: 1,
  maxLength: 64,
  description: "six digits of your app, or a recovery code",
});

export const proposeTotpBody = t.Object({ password: ownPassword }, strict);

export const confirmTotpBody = t.Object(
  { code: t.String({ minLength: 1, maxLength: 64, description: "six digits of your app" }) },
  strict,
);

/** To turn it off, and to get new recovery codes. */
export const provenTotpBody = t.Object({ password: ownPassword, otp: oneTimeCode }, strict);

export interface TotpView {
  enabled: boolean;
  confirmedAt: string | null;
  recoveryCodesLeft: number;
}

export interface ProposedTotpView {
  /** Base32, to type by hand. */
  secret: string;
  /** `otpauth://totp/…`, for a QR code. */
  otpauthUrl: string;
}

/** Shown once. */
export interface RecoveryCodesView {
  recoveryCodes: string[];
}
