// Sends e-mails by SMTP: no request waits for one, and a mail server that is away or hangs costs only e-mails.

import { createTransport } from "nodemailer";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";

export interface EmailMessage {
  /** One address, already checked by its schema. */
  to: string;
  subject: string;
  /** Plain text. Holds a secret link: not for logs, except in development without a mail server. */
  text: string;
}

export interface Mailer {
  /** Takes the e-mail and returns at once. One that cannot be sent is tried again after 5 s and 30 s, then counted and logged as lost. */
  send(message: EmailMessage): void;
  /** E-mails taken and neither sent nor lost. */
  readonly waiting: number;
  /** No more tries; what is on its way is let go. May be called twice. */
  stop(): void;
}

export type MailerConfig = Pick<EdgeConfig, "smtpUrl" | "mailFrom" | "development">;

/** E-mails in memory; over it new ones are lost. */
const WAITING_MAX = 1_000;
const CONNECTIONS_MAX = 2;
const PAUSES_MS = [5_000, 30_000];
const CONNECT_WITHIN_MS = 10_000;
const SILENT_MS = 20_000;

const outcomes = new Counter({
  name: "mail_letters_total",
  help: "E-mails by outcome: sent, failed (to be tried again), lost",
  labelNames: ["outcome"],
});

export function createMailer({ config, clock, log }: { config: MailerConfig; clock: Clock; log: Log }): Mailer {
  const { smtpUrl } = config;
  if (smtpUrl === null) return createMailerToLog({ config, log });
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: SILENT_MS,
    requireTLS: mustEncrypt(smtpUrl),
    // An e-mail is text that we wrote: nothing in it is read from a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const cancels = new Set<() => void>();
  let waiting = 0;
  let stopped = false;

  return {
    send(message) {
      if (stopped || waiting >= WAITING_MAX) return lose("the queue is full");
      waiting++;
      void attempt(message, 0);
    },
    get waiting() {
      return waiting;
    },
    stop() {
      stopped = true;
      for (const cancel of cancels) cancel();
      cancels.clear();
      transport.close();
    },
  };

  async function attempt(message: EmailMessage, attempts: number): Promise<void> {
    try {
      // As an object: what looks like a list of addresses stays one.
      const to = { name: "", address: message.to };
      await transport.sendMail({ from: config.mailFrom, to, subject: message.subject, text: message.text });
      outcomes.inc({ outcome: "sent" });
      waiting--;
    } catch (error) {
      if (stopped) return;
      const pauseMs = isFinal(error) ? undefined : PAUSES_MS[attempts];
      if (pauseMs === undefined) {
        waiting--;
        return lose(reason(error));
      }
      outcomes.inc({ outcome: "failed" });
      const cancel = clock.timer(pauseMs, () => {
        cancels.delete(cancel);
        void attempt(message, attempts + 1);
      });
      cancels.add(cancel);
    }
  }

  function lose(why: string) {
    outcomes.inc({ outcome: "lost" });
    log.warn({ reason: why }, "e-mail lost");
  }
}

/** Without a mail server the link is in the log, in development; elsewhere that would give accounts to whoever reads logs. */
function createMailerToLog({ config, log }: { config: MailerConfig; log: Log }): Mailer {
  if (!config.development) log.error("SMTP_URL is not set: every e-mail is lost");
  return {
    waiting: 0,
    send({ to, subject, text }) {
      outcomes.inc({ outcome: "lost" });
      if (config.development) log.info({ to, subject, text }, "e-mail not sent: SMTP_URL is not set");
    },
    stop() {},
  };
}

/** A password for the mail server does not go through a network as it is; `?requireTLS=false` in the setting overrules. */
export function mustEncrypt(smtpUrl: string): boolean {
  const { username, hostname } = new URL(smtpUrl);
  return username !== "" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** The server has understood and refuses (5xx, RFC 5321 §4.2.1): the same e-mail will not do better. */
const isFinal = (error: unknown) => {
  const code = (error as { responseCode?: unknown } | null)?.responseCode;
  return typeof code === "number" && code >= 500;
};
