// Sends e-mails by SMTP, in the background: a mail server that is away or hangs delays no request.

import { createTransport } from "nodemailer";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { beginAt0, Counter } from "#runtime/base/metrics.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";

export interface EmailMessage {
  /** One address, already checked by its schema. */
  to: string;
  subject: string;
  /** Plain text. May contain a secret link, so it is never logged, except in development without a mail server. */
  text: string;
}

export interface Mailer {
  /** Queues the e-mail. One that cannot be sent is retried after 5 s and 30 s, then counted and logged as lost. */
  send(message: EmailMessage): void;
  /** Queued e-mails that are neither sent nor lost yet. */
  readonly waiting: number;
  /** Ends all retries and connections. May be called twice. */
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
beginAt0(outcomes, "outcome", ["sent", "failed", "lost"]);

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
    // An e-mail is plain text: no file is read and no URL fetched for it.
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
      // As an object, so that text like a list of addresses stays one address.
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

/** Without a mail server e-mails are logged, in development only: elsewhere readers of the log could take over accounts by their links. */
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

/** The password for the mail server must not cross a network as plain text; `?requireTLS=false` in the setting overrules this. */
export function mustEncrypt(smtpUrl: string): boolean {
  const { username, hostname } = new URL(smtpUrl);
  return username !== "" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** The server refuses for good (5xx, RFC 5321 §4.2.1): a retry is useless. */
const isFinal = (error: unknown) => {
  const code = (error as { responseCode?: unknown } | null)?.responseCode;
  return typeof code === "number" && code >= 500;
};
