// Tokens of links in e-mails: 256 random bits, kept as a hash, good once and for a while.

import { createHash } from "node:crypto";
import { base64url } from "oslo/encoding";
import type { Random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";
import { type EmailPurpose, putEmailToken } from "#schema/queries/accounts/email-links.ts";

const HOUR_MS = 3_600_000;

/** How long each kind of link works. */
export const EMAIL_TOKEN_MS: Record<EmailPurpose, number> = {
  verify: 72 * HOUR_MS,
  reset: HOUR_MS,
  change: 24 * HOUR_MS,
};

const BYTES = 32;

/** Stores a new token and answers what the link carries. Older ones of the user and purpose no longer work. */
export async function newEmailToken(
  { sql, random }: { sql: Sql; random: Random },
  { userId, purpose, email }: { userId: string; purpose: EmailPurpose; email: string },
): Promise<string> {
  const token = base64url.encode(random.bytes(BYTES), { includePadding: false });
  const tokenHash = hashOfEmailToken(token);
  await putEmailToken(sql, { tokenHash, userId, purpose, email, expiresInMs: EMAIL_TOKEN_MS[purpose] });
  return token;
}

/** Looked up by its hash, so timing tells nothing about tokens. Of that many bits a fast hash is enough. */
export const hashOfEmailToken = (token: string): Uint8Array => createHash("sha256").update(token).digest();
