// For tests only: a mailer that keeps all e-mails.

import type { EmailMessage, Mailer } from "../email/smtp.ts";

interface Mailbox extends Mailer {
  emails: EmailMessage[];
  /** Takes the next e-mail to this address with these words in its subject; waits for it. */
  take(to: string, subject: string): Promise<EmailMessage>;
  /** Like `take`, and answers the token in the link. */
  takeToken(to: string, subject: string): Promise<string>;
}

export function createMailbox(): Mailbox {
  const emails: EmailMessage[] = [];
  let arrived = Promise.withResolvers<void>();
  async function take(to: string, subject: string): Promise<EmailMessage> {
    for (;;) {
      const at = emails.findIndex((email) => email.to === to && email.subject.includes(subject));
      if (at >= 0) return emails.splice(at, 1)[0]!;
      await arrived.promise;
    }
  }
  return {
    emails,
    waiting: 0,
    send(message) {
      emails.push(message);
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    take,
    async takeToken(to, subject) {
      const { text } = await take(to, subject);
      const token = /\?token=([\w-]+)/.exec(text)?.[1];
      if (!token) throw new Error(`no link in: ${text}`);
      return token;
    },
    stop() {},
  };
}
