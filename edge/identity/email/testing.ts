// For tests only: an independent mail server (smtp-server) on loopback.

import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

interface ReceivedEmail {
  recipients: string[];
  /** Headers and body, with soft line breaks removed. */
  text: string;
}

export interface TestMailServer {
  /** For SMTP_URL. */
  url: string;
  received: ReceivedEmail[];
  /** The first e-mail to this address with these words in its subject; waits for it. */
  emailTo(address: string, subject?: string): Promise<ReceivedEmail>;
  close(): void;
}

/** `refuse`: the number of e-mails that are refused first, with `code`. */
export async function startMailServer({ refuse = 0, code = 451 } = {}): Promise<TestMailServer> {
  const received: ReceivedEmail[] = [];
  let arrived = Promise.withResolvers<void>();
  let refusals = refuse;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (refusals-- > 0) return done(Object.assign(new Error("not now"), { responseCode: code }));
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        // Quoted-printable, RFC 2045 §6.7.
        const text = Buffer.concat(chunks).toString().replaceAll("=\r\n", "").replaceAll("=3D", "=");
        received.push({ recipients, text });
        done();
        arrived.resolve();
        arrived = Promise.withResolvers();
      });
    },
  });
  server.on("error", () => undefined); // A client that disconnects during an e-mail.
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    async emailTo(address, subject = "") {
      const isAbout = (text: string) => (/^Subject: (.*)$/m.exec(text)?.[1] ?? "").includes(subject);
      for (;;) {
        const email = received.find(({ recipients, text }) => recipients.includes(address) && isAbout(text));
        if (email) return email;
        await arrived.promise;
      }
    },
    close: () => server.close(),
  };
}
