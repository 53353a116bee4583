// The chat room: every line reaches every socket once and in order, and a restart of PostgreSQL loses none.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, register } from "../support/api.ts";
import { joinAudience } from "../support/audience.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { ChatClient } from "../support/chat-client.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let browser: TestBrowser;
let owner: Account;

beforeAll(async () => {
  // 200 lines within seconds exceed the rate limit of a user.
  system = await bootSystem({ edges: 2, env: { LINES_PER_30S_PER_USER: "0" } });
  browser = await openBrowser();
  owner = await register(system.url);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

test("two browsers on two edges and a hundred sockets get every line once and in order", async () => {
  const urls = [system.edgeUrl(1), system.edgeUrl(2)];
  const pages = await Promise.all(urls.map((url) => browser.open(`${url}/${owner.login}`)));
  const audience = await joinAudience({ urls, channel: owner.login, count: 100 });
  const people = await Promise.all([register(system.url), register(system.url), register(system.url)]);
  const talkers = await Promise.all(
    people.map(({ accessToken }, n) =>
      ChatClient.join({ url: urls[n % 2] ?? system.url, channel: owner.login, token: accessToken }),
    ),
  );
  const fromSeq = talkers[0]?.headSeq ?? 0;
  const verdicts = await Promise.all(
    talkers.flatMap((talker, who) => Array.from({ length: 20 }, (_, n) => talker.say(`line ${who}.${n}`))),
  );
  expect(verdicts.filter(({ type }) => type !== "said")).toEqual([]);
  await audience.allHave(fromSeq + 60);
  expect(audience.faults(fromSeq)).toEqual([]);
  // Per sender in order.
  const bodies = audience.sockets[0]?.lines.map(({ body }) => body) ?? [];
  for (const who of [0, 1, 2])
    expect(bodies.filter((body) => body.startsWith(`line ${who}.`))).toEqual(
      Array.from({ length: 20 }, (_, n) => `line ${who}.${n}`),
    );
  for (const page of pages)
    await until("the browser to show the last lines", async () => {
      const text = await page.locator('[role="log"]').textContent();
      return [0, 1, 2].every((who) => text?.split(`line ${who}.19`).length === 2);
    });
  const viewers = await until(
    "the count of viewers",
    async () => {
      const last = audience.sockets[0]?.frames.findLast((frame) => frame.type === "viewers");
      return last?.type === "viewers" && last.count >= 105 ? last.count : null;
    },
    { withinMs: 15_000 },
  );
  expect(viewers).toBe(105); // 100 + 3 + 2 browsers.
  await Promise.all([audience.leave(), ...talkers.map((talker) => talker.leave())]);
  for (const page of pages) await page.close();
});

test("line breaks and tabs of a pasted text become spaces, and the line is said", async () => {
  const page = await browser.open(`${system.url}/login?next=/${owner.login}`);
  await page.getByLabel("Name or e-mail").fill(owner.login);
  await page.getByRole("textbox", { name: "Password" }).fill(owner.password);
  await page.locator("form button[type=submit]").click();
  const composer = page.getByPlaceholder("Send a message");
  await composer.waitFor({ timeout: patient(10_000) });
  await browser.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: system.url });
  const listener = await ChatClient.join({ url: system.edgeUrl(2), channel: owner.login });
  const fromSeq = listener.headSeq;
  await page.evaluate(() => navigator.clipboard.writeText("\n  first\r\nsecond\tthird \u2028 fourth\n\n"));
  await composer.press("ControlOrMeta+v");
  await composer.press("Enter");
  await listener.has(fromSeq + 1);
  expect(listener.lines.at(-1)?.body).toBe("first second third fourth");
  await page
    .locator('[role="log"]')
    .getByText("first second third fourth")
    .waitFor({ timeout: patient(10_000) });
  expect(await composer.inputValue()).toBe("");
  await listener.leave();
  await page.close();
});

test("of 200 lines sent while PostgreSQL restarts, each is acknowledged and stored, or refused", async () => {
  const channel = (await register(system.url)).login;
  const talker = await ChatClient.join({ url: system.url, channel, token: owner.accessToken });
  const listener = await ChatClient.join({ url: system.edgeUrl(2), channel });
  const verdicts: { body: string; verdict: Awaited<ReturnType<ChatClient["say"]>> }[] = [];
  let killed = false;
  const starts = system.startsOf("postgres");
  for (let n = 0; n < 200; n++) {
    if (n === 60) {
      process.kill(system.pidOf("postgres"), "SIGKILL");
      killed = true;
    }
    const body = `line ${n}`;
    // Sent as fast as they are answered, with at least ten in flight.
    const said = talker.say(body).then((verdict) => void verdicts.push({ body, verdict }));
    if (n % 10 === 9) await said;
  }
  await until("every answer", () => verdicts.length === 200, { withinMs: 30_000 });
  expect(killed).toBe(true);
  expect(system.startsOf("postgres")).toBeGreaterThan(starts);

  const stored = await entriesOf(channel);
  const said = verdicts.flatMap(({ body, verdict }) => (verdict.type === "said" ? [{ body, verdict }] : []));
  console.log(`said ${said.length}, refused ${200 - said.length}, stored ${stored.length}`);
  const at = new Map(stored.map((entry) => [entry.seq, entry]));
  for (const { body, verdict } of said) expect(at.get(verdict.seq)).toMatchObject({ id: verdict.id, body });
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1));
  expect(new Set(stored.map(({ body }) => body)).size).toBe(stored.length);
  expect(said.length).toBeGreaterThan(50);
  // The stored lines are the lines that every socket received.
  await listener.has(stored.length);
  expect(listener.lines.map(({ body }) => body)).toEqual(stored.map(({ body }) => body));
  await Promise.all([talker.leave(), listener.leave()]);
});

interface Line {
  seq: number;
  id: string;
  body: string;
}

async function entriesOf(channel: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (;;) {
    const after = lines.at(-1)?.seq ?? 0;
    const url = `${system.url}/api/v1/channels/${channel}/chat/messages?after=${after}&limit=100`;
    const { items } = await call<{ items: Line[] }>(url);
    if (items.length === 0) return lines;
    lines.push(...items);
  }
}
