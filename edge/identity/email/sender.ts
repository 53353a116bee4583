// Which e-mail is sent to whom. No request waits for one: whether an address is known shows neither in an answer nor in its time.

import { createHash } from "node:crypto";
import { type Log, reason } from "#runtime/base/log.ts";
import { userByEmail } from "#schema/queries/accounts/account.ts";
import { userById } from "#schema/queries/accounts/users.ts";
import type { Limit, Limiter } from "../../gateway/limits/limiter.ts";
import type { Origin } from "../../gateway/requests/visit.ts";
import { createAudit } from "../../staff/audit-log.ts";
import type { EdgeWorld } from "../../world.ts";
import { deviceFamily } from "../devices/device-name.ts";
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
  /** A link that proves the account's address. */
  sendVerification(user: Recipient): void;
  /** A link to set a new password, if somebody has this address (lower case). `address`: where it was asked from, for the audit log. */
  sendReset(email: string, address: string): void;
  /** A link to the new address (lower case), and a notice to the present one. `origin`: of the request that asked for it. */
  sendAddressChange(user: Recipient, newEmail: string, origin: Origin): void;
  /**
   * A notice of an act that a request from `origin` has just done, to this address, or to the address of the account with this id, proved
   * or not. The sixth notice of one subject within an hour is not sent; whoever asks for it does not hear so.
   */
  notify(origin: Origin, to: Addressee | { id: string }, make: MakeNotice): void;
}

export type MakeNotice = (notices: SecurityNotices, context: NoticeContext) => EmailMessage;

export interface EmailSenderParts {
  limiter: Limiter;
  mailer: Mailer;
}

/** E-mails with links that are looked up and stored at once; more are lost, as they are when the mailer's queue is full. */
const LINKS_AT_ONCE_MAX = 50;
/** The same of notices, apart: asking for links must not make them lost. */
const NOTICES_AT_ONCE_MAX = 1_000;
/** E-mails with links to one person or from one: a mailbox cannot be filled by asking. */
const LINKS: Limit = { name: "letters", count: 5, perMs: 3_600_000, whenAway: "memory" };
/** Notices of one subject to one address: neither can they fill a mailbox, nor can many of one act hide that of another. */
const NOTICES: Limit = { name: "letters-told", count: 5, perMs: 3_600_000, whenAway: "memory" };

export function createEmailSender(world: EdgeWorld, { limiter, mailer }: EmailSenderParts): EmailSender {
  const { clock, log, random } = world;
  const { sql } = world.database;
  const { publicUrl } = world.config;
  const audit = createAudit(world);
  const messages = createLinkMessages({ publicUrl });
  const notices = createSecurityNotices({ publicUrl });
  const inBackground = createBackground(log, LINKS_AT_ONCE_MAX);
  const noticeInBackground = createBackground(log, NOTICES_AT_ONCE_MAX);

  return {
    sendVerification: (user) =>
      inBackground(async () => {
        if (!(await mayHave(LINKS, user.id))) return;
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "verify", email: user.email });
        mailer.send(messages.verify(user, token));
      }),
    sendReset: (email, address) =>
      inBackground(async () => {
        const user = await userByEmail(sql, email);
        if (!user || !(await mayHave(LINKS, user.id))) return;
        const token = await newEmailToken({ sql, random }, { userId: user.id, purpose: "reset", email });
        mailer.send(messages.reset(user, token));
        await audit({ actorId: null, act: "password.reset-asked", target: user.id, address });
      }),
    sendAddressChange(user, email, origin) {
      const context = contextOf(origin);
      inBackground(async () => {
        // By the address too: many accounts could ask for e-mails to one person.
        if (!(await mayHave(LINKS, user.id)) || !(await mayHave(LINKS, hashed(email)))) return;
        const owner = await userByEmail(sql, email);
        // Nothing for the asker to see: the link would only fail in the end.
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
        if (await mayHave(NOTICES, hashed(`${notice.to} ${notice.subject}`))) mailer.send(notice);
      });
    },
  };

  /** Read before the work begins: the request is answered meanwhile. */
  function contextOf({ request, address }: Origin): Omit<NoticeContext, "to"> {
    const device = deviceFamily(request.headers.get("user-agent") ?? "");
    return { atMs: clock.wallMs(), device, address };
  }

  async function mayHave(limit: Limit, whose: string): Promise<boolean> {
    const verdict = await limiter.take(limit, whose);
    if (verdict && !verdict.allowed) log.info({ whose }, "e-mail not sent: too many lately");
    return verdict?.allowed ?? true;
  }
}

/** Starts work that nobody waits for, unless so much is under way. */
function createBackground(log: Log, atOnceMax: number) {
  let atOnce = 0;
  return (work: () => Promise<void>) => {
    if (atOnce >= atOnceMax) return log.warn("e-mail lost: too many at once");
    atOnce++;
    void work()
      .catch((error) => log.warn({ reason: reason(error) }, "e-mail lost"))
      .finally(() => atOnce--);
  };
}

/** Addresses typed by others do not become keys in Redis, nor lines in logs. */
const hashed = (email: string) => createHash("sha256").update(email).digest("base64url");
