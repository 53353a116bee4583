// What a change to one's own account asks for again: the password. Without it the sign-in itself must be of the last 10 minutes.

import { t } from "elysia";
import type { Code } from "../wire/errors.ts";
import { PASSWORD_LENGTH_MAX } from "../wire/passwords.ts";

/** Left out by those who have no password. */
export const presentPassword = t.Optional(
  t.String({
    maxLength: PASSWORD_LENGTH_MAX,
    description: `your password, at most ${PASSWORD_LENGTH_MAX} characters`,
  }),
);

/** Refusals of a route that asks for the password or a fresh sign-in, and of some for a one-time code too. */
export const PROVEN = [
  "bad_credentials",
  "sign_in_again",
  "otp_required",
  "otp_wrong",
  "rate_limited",
] as const satisfies readonly Code[];
