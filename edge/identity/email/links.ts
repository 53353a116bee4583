// Tokens of e-mail links: 256 random bits, stored as a hash, valid once and for a limited time.

import { createHash } from "node:crypto";
import { base64url } from "oslo/encoding";
import type { Random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";
import { type EmailPurpose, putEmailToken } from "#schema/queries/accounts/email-links.ts";

const HOUR_MS = 3_600_000;

/** Lifetime of each kind of link. */
const EMAIL_TOKEN_MS: Record<EmailPurpose, number> = {
  verify: 72 * HOUR_MS,
  reset: HOUR_MS,
  change: 24 * HOUR_MS,
};

const BYTES = 32;

/** Stores a new token and answers it. Older tokens of the same user and purpose become void. */
export async function newEmailToken(
  { sql, random }: { sql: Sql; random: Random },
  { userId, purpose, email }: { userId: string; purpose: EmailPurpose; email: string },
): Promise<string> {
  const token = base64url.encode(random.bytes(BYTES), { includePadding: false });
  const tokenHash = hashOfEmailToken(token);
  await putEmailToken(sql, { tokenHash, userId, purpose, email, expiresInMs: EMAIL_TOKEN_MS[purpose] });
  return token;
}

/** The key of a look-up, so that timing reveals nothing about tokens. A fast hash is enough for that many random bits. */
export const hashOfEmailToken = (token: string): Uint8Array => createHash("sha256").update(token).digest();
