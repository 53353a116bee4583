// A change of the asker's own account needs the password again, or a sign-in within the last 10 minutes.

import { t } from "elysia";
import { PASSWORD_LENGTH_MAX } from "../wire/passwords.ts";
import type { Code } from "./error-codes.ts";

/** Absent for users without a password. */
export const presentPassword = t.Optional(
  t.String({
    maxLength: PASSWORD_LENGTH_MAX,
    description: `your password, at most ${PASSWORD_LENGTH_MAX} characters`,
  }),
);

/** Refusals of routes that need the password or a fresh sign-in, and some of them a one-time code. */
export const PROVEN = [
  "bad_credentials",
  "sign_in_again",
  "otp_required",
  "otp_wrong",
  "rate_limited",
] as const satisfies readonly Code[];
