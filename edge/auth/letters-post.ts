// Who is sent which letter. Nobody waits for it: whether an address is known shows neither in an answer nor in its time.

import { createHash } from "node:crypto";
import type { Clock } from "#runtime/clock.ts";
import { type Log, reason } from "#runtime/log.ts";
import type { Random } from "#runtime/random.ts";
import type { Sql } from "#schema/database.ts";
import { userByEmail } from "#schema/queries/account.ts";
import type { Limit, Limiter } from "../gateway/limit.ts";
import type { Audit } from "./audit.ts";
import { newEmailToken } from "./email-tokens.ts";
import { createLetters, type Letters } from "./letters.ts";
import type { Mail } from "./mail.ts";

export interface Recipient {
  id: string;
  login: string;
  email: string;
}

export interface Post {
  /** A link that proves the account's address. */
  verification(user: Recipient): void;
  /** A link to set a new password, if somebody has this address (lower case). `address`: where it was asked from, for the audit log. */
  reset(email: string, address: string): void;
  /** A link to the new address (lower case), and word of it to the present one. */
  change(user: Recipient, newEmail: string): void;
  /** A letter without a link that is worth anything. */
  tell(make: (letters: Letters) => ReturnType<Letters["changed"]>): void;
}

export interface PostOptions {
  sql: Sql;
  random: Random;
  clock: Clock;
  log: Log;
  limiter: Limiter;
  mail: Mail;
  audit: Audit;
  publicUrl: string;
}

/** What is looked up and stored for letters at once; over it letters are lost, as they are when the mail queue is full. */
const AT_ONCE_MAX = 50;
/** Letters with links to one person or from one: a mailbox cannot be filled by asking. Not told to who asks. */
const LETTERS: Limit = { name: "letters", count: 5, perMs: 3_600_000, whenAway: "memory" };

export function createPost({ sql, random, log, limiter, mail, audit, publicUrl }: PostOptions): Post {
  const letters = createLetters({ publicUrl });
  let atOnce = 0;

  return {
    verification: (user) =>
      soon(async () => {
        if (!(await mayHave(user.id))) return;
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "verify", email: user.email });
        mail.send(letters.verify(user, token));
      }),
    reset: (email, address) =>
      soon(async () => {
        const user = await userByEmail(sql, email);
        if (!user || !(await mayHave(user.id))) return;
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "reset", email });
        mail.send(letters.reset(user, token));
        await audit({ actorId: null, act: "password.reset-asked", target: user.id, address });
      }),
    change: (user, email) =>
      soon(async () => {
        // By the address too: many accounts could ask for letters to one person.
        if (!(await mayHave(user.id)) || !(await mayHave(hashed(email)))) return;
        const owner = await userByEmail(sql, email);
        // Nothing for the asker to see: the link would only fail in the end.
        if (owner) return mail.send(letters.addressInUse(owner));
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "change", email });
        mail.send(letters.confirmChange({ ...user, email }, token));
        mail.send(letters.changeAsked(user, email));
      }),
    tell: (make) => mail.send(make(letters)),
  };

  async function mayHave(whose: string): Promise<boolean> {
    const verdict = await limiter.take(LETTERS, whose);
    if (verdict && !verdict.allowed) log.info({ whose }, "letter not sent: too many lately");
    return verdict?.allowed ?? true;
  }

  function soon(work: () => Promise<void>) {
    if (atOnce >= AT_ONCE_MAX) return log.warn("letter lost: too many at once");
    atOnce++;
    void work()
      .catch((error) => log.warn({ reason: reason(error) }, "letter lost"))
      .finally(() => atOnce--);
  }
}

/** Addresses typed by others do not become keys in Redis, nor lines in logs. */
const hashed = (email: string) => createHash("sha256").update(email).digest("base64url");
