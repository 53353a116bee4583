// Sends the e-mails of identity in the background: neither an answer nor its time reveals whether an address is known.

import { createHash } from "node:crypto";
import { type Log, reason } from "#runtime/base/log.ts";
import { userByEmail } from "#schema/queries/accounts/account.ts";
import { userById } from "#schema/queries/accounts/users.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import type { Origin } from "../../gateway/requests/visit.ts";
import { createAudit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import { deviceFamily } from "../devices/device-name.ts";
import { spellingsOf } from "./address.ts";
import { type Addressee, createLinkMessages } from "./link-messages.ts";
import { newEmailToken } from "./links.ts";
import { createSecurityNotices, type NoticeContext, type SecurityNotices } from "./security-notices.ts";
import type { EmailMessage, Mailer } from "./smtp.ts";

export interface Recipient {
  id: string;
  login: string;
  email: string;
}

export interface EmailSender {
  /** Sends a link that confirms the account's address. */
  sendVerification(user: Recipient): void;
  /** Sends a link to set a new password, if an account has this address (lower case). `address`: of the client, for the audit log. */
  sendReset(email: string, address: string): void;
  /** Sends a link to the new address (lower case), and a notice to the present one. */
  sendAddressChange(user: Recipient, newEmail: string, origin: Origin): void;
  /**
   * Sends a notice of an act from `origin` to this address, or to the address of this account, confirmed or not. The sixth notice with the
   * same subject within an hour is not sent, and the caller is not told.
   */
  notify(origin: Origin, to: Addressee | { id: string }, make: MakeNotice): void;
}

export type MakeNotice = (notices: SecurityNotices, context: NoticeContext) => EmailMessage;

interface EmailSenderParts {
  limiter: Limiter;
  mailer: Mailer;
}

/** E-mails with links that are prepared at once; over it they are lost, as with a full queue of the mailer. */
const LINKS_RUNNING_MAX = 50;
/** The same for notices. A separate limit, so that requests for links cannot make notices lost. */
const NOTICES_RUNNING_MAX = 1_000;
/** E-mails with links per sender and per recipient, so that nobody can fill a mailbox with them. */
const LINKS: Limit = { name: "letters", count: 5, perMs: 3_600_000, whenAway: "memory" };
/** Notices per subject and address: they cannot fill a mailbox, and many of one act cannot suppress that of another. */
const NOTICES: Limit = { name: "letters-told", count: 5, perMs: 3_600_000, whenAway: "memory" };

export function createEmailSender(world: EdgeWorld, { limiter, mailer }: EmailSenderParts): EmailSender {
  const { clock, log, random } = world;
  const { sql } = world.database;
  const { publicUrl } = world.config;
  const audit = createAudit(world);
  const messages = createLinkMessages({ publicUrl });
  const notices = createSecurityNotices({ publicUrl });
  const inBackground = createBackground(log, LINKS_RUNNING_MAX);
  const noticeInBackground = createBackground(log, NOTICES_RUNNING_MAX);

  return {
    sendVerification: (user) =>
      inBackground(async () => {
        if (!(await maySend(LINKS, user.id))) return;
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "verify", email: user.email });
        mailer.send(messages.verify(user, token));
      }),
    sendReset: (email, address) =>
      inBackground(async () => {
        const user = await userByEmail(sql, spellingsOf(email));
        if (!user || !(await maySend(LINKS, user.id))) return;
        const reset = { userId: user.id, purpose: "reset", email: user.email } as const;
        const token = await newEmailToken({ sql, random }, reset);
        mailer.send(messages.reset(user, token));
        await audit({ actorId: null, act: "password.reset-asked", target: user.id, address });
      }),
    sendAddressChange(user, email, origin) {
      const context = contextOf(origin);
      inBackground(async () => {
        // Per address too: many accounts could ask for e-mails to one person.
        if (!(await maySend(LINKS, user.id)) || !(await maySend(LINKS, hashed(email)))) return;
        const owner = await userByEmail(sql, spellingsOf(email));
        // The asker gets the same answer as for a free address.
        if (owner) return mailer.send(messages.addressInUse(owner));
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "change", email });
        mailer.send(messages.confirmChange({ ...user, email }, token));
        mailer.send(notices.changeAsked({ ...context, to: user }, email));
      });
    },
    notify(origin, to, make) {
      const context = contextOf(origin);
      noticeInBackground(async () => {
        const user = "email" in to ? to : await userById(sql, to.id);
        if (!user) return;
        const notice = make(notices, { ...context, to: user });
        if (await maySend(NOTICES, hashed(`${notice.to} ${notice.subject}`))) mailer.send(notice);
      });
    },
  };

  /** To be called before the work in the background: the request ends meanwhile. */
  function contextOf({ request, address }: Origin): Omit<NoticeContext, "to"> {
    const device = deviceFamily(request.headers.get("user-agent") ?? "");
    return { atMs: clock.wallMs(), device, address };
  }

  async function maySend(limit: Limit, whose: string): Promise<boolean> {
    const verdict = await limiter.take(limit, whose);
    if (verdict && !verdict.allowed) log.info({ whose }, "e-mail not sent: too many lately");
    return verdict?.allowed ?? true;
  }
}

/** Runs work in the background, at most this much at once. */
function createBackground(log: Log, runningMax: number) {
  let running = 0;
  return (work: () => Promise<void>) => {
    if (running >= runningMax) return log.warn("e-mail lost: too many at once");
    running++;
    void work()
      .catch((error) => log.warn({ reason: reason(error) }, "e-mail lost"))
      .finally(() => running--);
  };
}

/** Addresses typed by strangers must not become keys in Redis or lines in logs. */
const hashed = (email: string) => createHash("sha256").update(email).digest("base64url");
