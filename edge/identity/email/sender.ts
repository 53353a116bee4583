// Who is sent which letter. Nobody waits for it: whether an address is known shows neither in an answer nor in its time.

import { createHash } from "node:crypto";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Sql } from "#schema/database.ts";
import { userByEmail } from "#schema/queries/accounts/account.ts";
import { userById } from "#schema/queries/accounts/users.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import type { Audit } from "../../staff/audit-log.ts";
import { deviceFamily } from "../devices/device-name.ts";
import { newEmailToken } from "./links.ts";
import { type Addressee, createLetters } from "./messages.ts";
import { createSecurityLetters, type SecurityLetters, type Told } from "./security-notices.ts";
import type { Letter, Mail } from "./smtp.ts";

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
  /** A link to the new address (lower case), and word of it to the present one. `request`: what asked for it. */
  change(user: Recipient, newEmail: string, request: Request): void;
  /**
   * Word of an act that `request` has just done, to this address, or to the one that the account of this id has, whether it was proved
   * or not. Its sixth letter of one subject within an hour is not sent; that is not told to who asks.
   */
  tell(request: Request, to: Addressee | { id: string }, make: MakeSecurityLetter): void;
}

export type MakeSecurityLetter = (letters: SecurityLetters, told: Told) => Letter;

export interface PostOptions {
  sql: Sql;
  random: Random;
  clock: Clock;
  log: Log;
  gateway: Pick<Gateway, "asked">;
  limiter: Limiter;
  mail: Mail;
  audit: Audit;
  publicUrl: string;
}

/** What is looked up and stored for letters at once; over it letters are lost, as they are when the mail queue is full. */
const AT_ONCE_MAX = 50;
/** The same of letters about acts, apart: asking for links must not make them lost. */
const TOLD_AT_ONCE_MAX = 1_000;
/** Letters with links to one person or from one: a mailbox cannot be filled by asking. Not told to who asks. */
const LETTERS: Limit = { name: "letters", count: 5, perMs: 3_600_000, whenAway: "memory" };
/** Letters of one subject to one address: neither can they fill a mailbox, nor can many of one act hide that of another. */
const TOLD: Limit = { name: "letters-told", count: 5, perMs: 3_600_000, whenAway: "memory" };

export function createPost(options: PostOptions): Post {
  const { sql, random, clock, log, gateway, limiter, mail, audit, publicUrl } = options;
  const letters = createLetters({ publicUrl });
  const securityLetters = createSecurityLetters({ publicUrl });
  const soon = createSoon(log, AT_ONCE_MAX);
  const soonTold = createSoon(log, TOLD_AT_ONCE_MAX);

  return {
    verification: (user) =>
      soon(async () => {
        if (!(await mayHave(LETTERS, user.id))) return;
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "verify", email: user.email });
        mail.send(letters.verify(user, token));
      }),
    reset: (email, address) =>
      soon(async () => {
        const user = await userByEmail(sql, email);
        if (!user || !(await mayHave(LETTERS, user.id))) return;
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "reset", email });
        mail.send(letters.reset(user, token));
        await audit({ actorId: null, act: "password.reset-asked", target: user.id, address });
      }),
    change(user, email, request) {
      const told = toldOf(request);
      soon(async () => {
        // By the address too: many accounts could ask for letters to one person.
        if (!(await mayHave(LETTERS, user.id)) || !(await mayHave(LETTERS, hashed(email)))) return;
        const owner = await userByEmail(sql, email);
        // Nothing for the asker to see: the link would only fail in the end.
        if (owner) return mail.send(letters.addressInUse(owner));
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "change", email });
        mail.send(letters.confirmChange({ ...user, email }, token));
        mail.send(securityLetters.changeAsked({ ...told, to: user }, email));
      });
    },
    tell(request, to, make) {
      const told = toldOf(request);
      soonTold(async () => {
        const user = "email" in to ? to : await userById(sql, to.id);
        if (!user) return;
        const letter = make(securityLetters, { ...told, to: user });
        if (await mayHave(TOLD, hashed(`${letter.to} ${letter.subject}`))) mail.send(letter);
      });
    },
  };

  function toldOf(request: Request): Omit<Told, "to"> {
    const device = deviceFamily(request.headers.get("user-agent") ?? "");
    return { atMs: clock.wallMs(), device, address: gateway.asked(request).address };
  }

  async function mayHave(limit: Limit, whose: string): Promise<boolean> {
    const verdict = await limiter.take(limit, whose);
    if (verdict && !verdict.allowed) log.info({ whose }, "letter not sent: too many lately");
    return verdict?.allowed ?? true;
  }
}

/** Starts work that nobody waits for, unless so much is under way. */
function createSoon(log: Log, atOnceMax: number) {
  let atOnce = 0;
  return (work: () => Promise<void>) => {
    if (atOnce >= atOnceMax) return log.warn("letter lost: too many at once");
    atOnce++;
    void work()
      .catch((error) => log.warn({ reason: reason(error) }, "letter lost"))
      .finally(() => atOnce--);
  };
}

/** Addresses typed by others do not become keys in Redis, nor lines in logs. */
const hashed = (email: string) => createHash("sha256").update(email).digest("base64url");
