// Asks for the password again before a change of the account: an open browser or a stolen token must not be enough to take it over.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Sql } from "#schema/database.ts";
import { type Account, accountById, signedInWithin } from "#schema/queries/accounts/account.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import type { Passwords } from "../password/hashing.ts";
import type { Who } from "../tokens/who.ts";

/** A sign-in of this age or younger replaces the password. */
const FRESH_SIGN_IN_MS = 10 * 60_000;

interface ReauthenticationParts {
  sql: Sql;
  limiter: Limiter;
  passwords: Passwords;
  /** Password tries per account, shared with sign-in; 0 = off. */
  triesPerMinute: number;
}

export interface Reauthentication {
  /** The asker's own account. Throws Refusal `not_signed_in` for a deleted one, `forbidden` for a personal access token. */
  accountOf(who: Who): Promise<Account>;
  /** Throws Refusal `bad_credentials`, `rate_limited`, or `sign_in_again` without a password and without a fresh sign-in. */
  enforce(account: Account, who: Who, password: string | undefined): Promise<void>;
}

export function createReauthentication(parts: ReauthenticationParts): Reauthentication {
  const { sql, limiter, passwords, triesPerMinute } = parts;
  const tries: Limit = { name: "sign-ins-account", count: triesPerMinute, perMs: 60_000, whenAway: "memory" };
  return {
    async accountOf(who) {
      if (who.deviceId === null) throw new Refusal("forbidden", "a personal access token may not do this");
      const account = await accountById(sql, who.userId);
      if (!account) throw new Refusal("not_signed_in");
      return account;
    },
    async enforce(account, who, password) {
      if (password !== undefined) {
        await limiter.enforce(tries, account.id, {});
        if (await passwords.verify(password, account.passwordHash)) return;
        throw new Refusal("bad_credentials");
      }
      const { deviceId, userId } = who;
      if (deviceId !== null && (await signedInWithin(sql, { deviceId, userId, ms: FRESH_SIGN_IN_MS }))) return;
      throw new Refusal("sign_in_again");
    },
  };
}
