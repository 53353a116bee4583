// Personal access tokens, for bots: `tcl_pat_`, 32 letters and digits, and a checksum of 6, as GitHub's have. So scanners of source code
// find them, and a mistyped one costs no query. A token is shown once and stored as a hash.

import { createHash } from "node:crypto";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import { SCOPES, type Scope } from "#schema/api/scopes.ts";
import type { Sql } from "#schema/database.ts";
import { accessTokenByHash, touchAccessToken } from "#schema/queries/accounts/personal-tokens.ts";
import type { Revocations } from "./revocations.ts";
import type { Who } from "./who.ts";

const PERSONAL_TOKEN_PREFIX = "tcl_pat_";

const SECRET_LENGTH = 32;
const CHECK_LENGTH = 6;
const TEXT = /^tcl_pat_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** A bot costs one query in this time. A revocation takes effect at once. */
const CACHED_MS = 2_000;
const CACHED_MAX = 10_000;

export interface PersonalTokens {
  /** Throws when the database is away. */
  verify(text: string): Promise<Who | "expired" | "bad">;
  /** The user of a token that counts for nothing while the user is suspended; null: another text. Throws when the database is away. */
  revokedUserOf(text: string): Promise<string | null>;
}

interface PersonalTokensOptions {
  sql: Sql;
  clock: Clock;
  revocations: Pick<Revocations, "validity">;
}

export function createPersonalTokens({ sql, clock, revocations }: PersonalTokensOptions): PersonalTokens {
  const cached = new LruMap<string, { who: Who; untilMs: number }>(CACHED_MAX);

  async function find(text: string): Promise<Who | null> {
    const hash = hashOf(text);
    const key = Buffer.from(hash).toString("base64");
    const known = cached.get(key);
    if (known && known.untilMs > clock.monoMs() && revocations.validity(known.who) === "valid") return known.who;
    const row = await accessTokenByHash(sql, hash);
    if (!row || row.suspended) return null;
    const { id, scopes, expiresAtMs, wasUsedLately, suspended: _, ...user } = row;
    const who: Who = {
      ...user,
      deviceId: null,
      tokenId: id,
      scopes: new Set(scopes.filter(isScope)),
      expiresAtMs: expiresAtMs ?? Number.POSITIVE_INFINITY,
    };
    cached.set(key, { who, untilMs: clock.monoMs() + CACHED_MS });
    if (!wasUsedLately) await touchAccessToken(sql, id);
    return who;
  }

  return {
    async verify(text) {
      if (!isWellFormed(text)) return "bad";
      const who = await find(text);
      if (!who || revocations.validity(who) !== "valid") return "bad";
      return who.expiresAtMs > clock.wallMs() ? who : "expired";
    },
    async revokedUserOf(text) {
      const row = isWellFormed(text) ? await accessTokenByHash(sql, hashOf(text)) : null;
      return row?.suspended ? row.userId : null;
    },
  };
}

export const isPersonalToken = (text: string) => text.startsWith(PERSONAL_TOKEN_PREFIX);

/** 190 random bits. `text` is shown once; `hint`, its last four characters, identifies it in lists. */
export function newPersonalToken(random: Random): { text: string; hash: Uint8Array; hint: string } {
  let secret = "";
  while (secret.length < SECRET_LENGTH)
    for (const byte of random.bytes(SECRET_LENGTH)) {
      // 248 = 4 × 62: bytes above would make the first digits more likely.
      if (byte < 248 && secret.length < SECRET_LENGTH) secret += DIGITS[byte % 62];
    }
  const text = PERSONAL_TOKEN_PREFIX + secret + checkOf(secret);
  return { text, hash: hashOf(text), hint: text.slice(-4) };
}

function isWellFormed(text: string): boolean {
  const [, secret, check] = TEXT.exec(text) ?? [];
  return secret !== undefined && check === checkOf(secret);
}

/** CRC-32 in base 62. */
function checkOf(secret: string): string {
  let rest = Bun.hash.crc32(secret);
  let text = "";
  for (let i = 0; i < CHECK_LENGTH; i++) {
    text = DIGITS[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

const hashOf = (text: string) => new Uint8Array(createHash("sha256").update(text).digest());

const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);
