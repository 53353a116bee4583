// For tests only: a mailbox that everybody's letters fall into.

import type { Letter, Mail } from "../email/smtp.ts";

export interface Mailbox extends Mail {
  letters: Letter[];
  /** The next letter to this address with these words in its subject that nobody has taken yet; waits for it. */
  take(to: string, subject: string): Promise<Letter>;
  /** As `take`: the token in its link. */
  takeToken(to: string, subject: string): Promise<string>;
}

export function createMailbox(): Mailbox {
  const letters: Letter[] = [];
  let arrived = Promise.withResolvers<void>();
  async function take(to: string, subject: string): Promise<Letter> {
    for (;;) {
      const at = letters.findIndex((letter) => letter.to === to && letter.subject.includes(subject));
      if (at >= 0) return letters.splice(at, 1)[0]!;
      await arrived.promise;
    }
  }
  return {
    letters,
    waiting: 0,
    send(letter) {
      letters.push(letter);
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
