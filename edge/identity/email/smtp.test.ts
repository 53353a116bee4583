// E-mails against an independent mail server (smtp-server).

import { afterEach, expect, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { createLinkMessages } from "./link-messages.ts";
import { createMailer, type MailerConfig, mustEncrypt } from "./smtp.ts";
import { startMailServer } from "./testing.ts";

const log = createLog({ name: "test", level: "silent" });
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function mailServer(options: Parameters<typeof startMailServer>[0] = {}) {
  const server = await startMailServer(options);
  ends.push(() => server.close());
  return { ...server, email: () => server.emailTo("ada@example.org") };
}

function mailerTo(
  smtpUrl: string | null,
  options: { clock?: ManualClock; development?: boolean; log?: typeof log } = {},
) {
  const config: MailerConfig = {
    smtpUrl,
    mailFrom: "Live <no-reply@example.org>",
    development: options.development ?? true,
  };
  const mailer = createMailer({ config, clock: options.clock ?? systemClock, log: options.log ?? log });
  ends.push(() => mailer.stop());
  return mailer;
}

const MESSAGE = { to: "ada@example.org", subject: "Hello", text: "first line\n\nhttps://x.example/verify?token=abc" };

test("an e-mail arrives with its sender, subject and link", async () => {
  const server = await mailServer();
  mailerTo(server.url).send(MESSAGE);
  await server.email();
  expect(server.received[0]!.recipients).toEqual(["ada@example.org"]);
  const { text } = server.received[0]!;
  expect(text).toContain("From: Live <no-reply@example.org>");
  expect(text).toContain("Subject: Hello");
  expect(text).toContain("https://x.example/verify?token=abc");
});

test("an address that looks like a list is at most one recipient", async () => {
  const server = await mailServer();
  const mailer = mailerTo(server.url);
  mailer.send({ ...MESSAGE, to: "victim,ada@example.org" });
  while (mailer.waiting > 0) await systemClock.sleep(5);
  expect(server.received.map(({ recipients }) => recipients.length)).toEqual([1]);
});

test("a subject cannot add headers", async () => {
  const server = await mailServer();
  mailerTo(server.url).send({ ...MESSAGE, subject: "x\r\nBcc: eve@example.org" });
  await server.email();
  expect(server.received[0]!.recipients).toEqual(["ada@example.org"]);
  expect(server.received[0]!.text).not.toMatch(/^Bcc:/m);
});

test("an e-mail that is refused temporarily is retried", async () => {
  const server = await mailServer({ refuse: 1 });
  const clock = new ManualClock();
  const mailer = mailerTo(server.url, { clock });
  mailer.send(MESSAGE);
  while (clock.waiting === 0) await systemClock.sleep(5);
  expect(mailer.waiting).toBe(1);
  clock.advance(5_000);
  await server.email();
  while (mailer.waiting > 0) await systemClock.sleep(5);
  expect(server.received).toHaveLength(1);
});

test("an e-mail that is refused for good is not retried", async () => {
  const server = await mailServer({ refuse: 1, code: 550 });
  const clock = new ManualClock();
  const mailer = mailerTo(server.url, { clock });
  mailer.send(MESSAGE);
  while (mailer.waiting > 0) await systemClock.sleep(5);
  expect([clock.waiting, server.received]).toEqual([0, []]);
});

test("a server that accepts connections and stays silent times out, and is retried later", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  ends.push(() => silent.stop(true));
  const clock = new ManualClock();
  const mailer = mailerTo(`smtp://127.0.0.1:${silent.port}?greetingTimeout=200`, { clock });
  mailer.send(MESSAGE);
  while (clock.waiting === 0) await systemClock.sleep(10);
  expect(mailer.waiting).toBe(1);
});

test.each([
  ["smtp://mail.example.org:587", false],
  ["smtp://user:secret@mail.example.org:587", true],
  ["smtp://user:secret@127.0.0.1:2525", false],
  ["smtp://user:secret@127.0.0.1.example.org", true],
])("%s needs TLS: %p", (url, must) => {
  expect(mustEncrypt(url)).toBe(must);
});

test("while the server is away at most a thousand e-mails wait", async () => {
  const clock = new ManualClock();
  const mailer = mailerTo("smtp://127.0.0.1:1", { clock });
  for (let i = 0; i < 1_100; i++) mailer.send(MESSAGE);
  expect(mailer.waiting).toBe(1_000);
});

test("without a mail server the link is in the log, in development only", () => {
  const lines: string[] = [];
  const said = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
  const listening = Object.assign(Object.create(log), { info: said, error: said, warn: said }) as typeof log;
  mailerTo(null, { log: listening }).send(MESSAGE);
  expect(lines.join()).toContain("token=abc");
  lines.length = 0;
  mailerTo(null, { log: listening, development: false }).send(MESSAGE);
  expect(lines).toEqual(['["SMTP_URL is not set: every e-mail is lost"]']);
});

test("every link in e-mails begins with PUBLIC_URL", () => {
  const messages = createLinkMessages({ publicUrl: "https://live.example.org" });
  const to = { email: "ada@example.org", login: "ada" };
  const all = [messages.verify(to, "t1"), messages.reset(to, "t2"), messages.confirmChange(to, "t3")];
  expect(all.map(({ text }) => /https?:\/\/\S+/.exec(text)?.[0])).toEqual([
    "https://live.example.org/verify?token=t1",
    "https://live.example.org/reset?token=t2",
    "https://live.example.org/verify?token=t3",
  ]);
});
