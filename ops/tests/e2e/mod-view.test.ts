// The moderator view over a made-up room: what waits, the chosen line, the person, the modes; by keys, with two moderators, and without a
// connection.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { HeldView } from "#schema/api/held-lines.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { accessFaults } from "../support/accessible.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type MadeUpChannel, onAir, serveMadeUpChannel } from "../support/made-up-channel.ts";
import { moderationAnswer } from "../support/made-up-site/moderation-answers.ts";
import { until } from "../support/until.ts";

const LOGIN = "tidewalker";
const MOSSFIELD = { id: "mossfield", login: "mossfield", displayName: "mossfield", pictureUrl: null };
const FERNLY = { id: "fernly", login: "fernly", displayName: "fernly" };

let site: MadeUpChannel;
let browser: TestBrowser;
let page: Page;
/** What a decision about a held message is answered with; null: it is taken. */
let decision: object | null = null;

beforeAll(async () => {
  [site, browser] = await Promise.all([serveMadeUpChannel({ answer }), openBrowser({ width: 1440, height: 900 })]);
  site.say(
    { login: "brine", body: "what lens is this?" },
    { login: "quickfox", body: "buy followers" },
    { login: "palekite", body: "that anemone is the size of a bus" },
    { login: "fernly", body: "the current is picking up", badges: ["editor"] },
  );
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

function answer(request: Request): Response | null {
  const { pathname, searchParams: query } = new URL(request.url);
  if (!pathname.startsWith("/api/v1/") || site.isAway) return null;
  const path = pathname.slice("/api/v1".length);
  if (request.method === "POST" && path.includes("/chat/held/") && decision)
    return Response.json({ status: 409, code: "already_decided", title: "no", decision }, { status: 409 });
  if (request.method !== "GET") return null;
  const body = moderationAnswer({
    method: "GET",
    path,
    query,
    nowMs: Date.now() - 5_000,
    user: site.user,
    channels: [],
  });
  return body ? Response.json(body) : null;
}

beforeEach(async () => {
  decision = null;
  Object.assign(site, { isAway: false, user: MOSSFIELD, roles: ["moderator"], room: DEFAULT_ROOM_SETTINGS, acts: [] });
  site.channel = onAir();
  await page?.close();
  page = await browser.open(`${site.url}/mod/${LOGIN}`);
  await page.getByText("Win a boat").waitFor();
  await line("size of a bus").waitFor();
});

const held = () => page.locator(".held-item");
const line = (text: string) => page.locator(".line", { hasText: text });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
const asked = (act: string) => until(act, async () => site.acts.includes(act));

test("A allows and D denies the message that has the focus, and the next one has it then", async () => {
  await button("Allow the message of ⁨palekite⁩").focus();
  await page.keyboard.press("a");
  await until("the first to be gone", async () => (await held().count()) === 2);
  expect(site.acts.filter((act) => act.includes("/chat/held/"))).toHaveLength(1);
  await until("the next to have the focus", async () => (await focused()) === "Allow the message of ⁨rustbucket⁩");
  await page.keyboard.press("d");
  await until("the second to be gone", async () => (await held().count()) === 1);
  expect(await page.locator(".mod-held [role=status]").textContent()).toBe("1 message waits.");
  await page.keyboard.press("t");
  await asked(`PUT /channels/${LOGIN}/chat/bans/quickfox_89`);
  await page.keyboard.press("d");
  await page.getByText("Nothing waits. Well done.").waitFor();
});

test("a message comes as it is held, and what another moderator decided is told for a moment", async () => {
  const item: HeldView = {
    ...{ id: "h9", at: new Date().toISOString(), expiresAt: new Date(Date.now() + 60_000).toISOString() },
    ...{ user: { ...FERNLY, color: "#e3738f", badges: [] }, body: "one more" },
    reason: { code: "automod", category: "caps", level: 1, marks: [] },
  };
  site.send({ type: "held", item });
  await page.getByText("one more").waitFor();
  expect(await page.locator(".mod-held [role=status]").textContent()).toBe("4 messages wait.");
  site.send({ type: "held_decided", id: "h9", allowed: true, by: FERNLY });
  await page.getByText("Allowed by ⁨fernly⁩").waitFor();
  await until("it to leave", async () => (await held().count()) === 3);
});

test("a moderator who is too late reads who was faster", async () => {
  decision = { allowed: false, by: FERNLY, at: new Date().toISOString() };
  await button("Allow the message of ⁨palekite⁩").click();
  await page.getByText("Denied by ⁨fernly⁩").waitFor();
  await until("it to leave", async () => (await held().count()) === 2);
});

test("keys act on the chosen line, which stays where it is however many follow", async () => {
  await line("buy followers").click();
  const before = (await line("buy followers").boundingBox())!;
  site.say(...Array.from({ length: 20 }, (_, at) => ({ login: "brine", body: `flood ${at}` })));
  await page.getByRole("button", { name: "Paused · 20 new" }).waitFor();
  expect((await line("buy followers").boundingBox())!.y).toBe(before.y);
  expect(await accessFaults(page)).toEqual([]);
  await page.keyboard.press("d");
  await asked(`DELETE /channels/${LOGIN}/chat/messages/id-2`);
  await page.keyboard.press("t");
  await asked(`PUT /channels/${LOGIN}/chat/bans/quickfox`);
  await page.keyboard.press("p");
  await asked(`PUT /channels/${LOGIN}/chat/pin`);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("b");
  const question = page.getByRole("dialog", { name: "Ban ⁨brine⁩ from this chat?" });
  expect(
    await question.getByRole("button", { name: "Cancel" }).evaluate((it) => it === document.activeElement),
  ).toBeTrue();
  await question.getByRole("button", { name: "Ban" }).click();
  await asked(`PUT /channels/${LOGIN}/chat/bans/brine`);
  await line("what lens").click();
  await page.keyboard.press("r");
  await until("the composer to have the focus", async () => (await focused()) === "Your message");
  await page.getByText("Replying to ⁨brine⁩").waitFor();
});

test("Enter opens the person; nobody of one's own rank or above is moderated", async () => {
  await line("the current").click();
  await page.keyboard.press("t");
  await page.getByText("You cannot moderate ⁨fernly⁩").waitFor();
  expect(site.acts).toEqual([]);
  await line("size of a bus").click();
  await page.keyboard.press("Enter");
  const person = page.getByRole("region", { name: "Person" });
  await person.getByText("Account 2 days old").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await person.getByRole("button", { name: "Time out for 1 h" }).click();
  await asked(`PUT /channels/${LOGIN}/chat/bans/palekite`);
  await person.getByRole("textbox", { name: "New note" }).fill("asks for boats");
  await person.getByRole("button", { name: "Add note" }).click();
  await asked(`POST /channels/${LOGIN}/chat/people/palekite/notes`);
  await page.getByRole("heading", { name: "Person", exact: true }).click();
  await page.keyboard.press("w");
  const warn = page.getByRole("dialog", { name: "Warn ⁨palekite⁩?" });
  await warn.getByRole("textbox", { name: "Reason" }).fill("Stay on the topic.");
  await warn.getByRole("button", { name: "Warn" }).click();
  await asked(`POST /channels/${LOGIN}/chat/people/palekite/warnings`);
});

test("a removed line stays readable, and says who removed it", async () => {
  site.say({ login: "quickfox", body: "spam spam" });
  await line("spam spam").waitFor();
  const seq = Number(await line("spam spam").getAttribute("data-seq"));
  site.remove(seq);
  await page.locator(".line-struck s", { hasText: "spam spam" }).waitFor();
  await page.locator(".line-removed-by").waitFor();
});

test("modes are toggled, with a value; the shield asks first", async () => {
  await button("Links off").click();
  await asked(`PATCH /channels/${LOGIN}/chat/settings`);
  site.send({ type: "room", ...DEFAULT_ROOM_SETTINGS, linksOff: true, slowMs: 5_000 });
  await page.locator(".mod-mode-on", { hasText: "Slow 5 s" }).waitFor();
  expect(await button("Links off").getAttribute("aria-pressed")).toBe("true");
  await button("Slow: how, and for how long").click();
  await page.getByRole("menuitemradio", { name: "60 s" }).click();
  await until("a second change", async () => site.acts.length === 2);
  await button("Shield mode…").click();
  expect(site.acts).toHaveLength(2);
  await page.getByRole("dialog", { name: "Turn shield mode on?" }).getByRole("button", { name: "Turn on" }).click();
  await until("a third change", async () => site.acts.length === 3);
});

test("a request is refused with an answer, and leaves", async () => {
  await button("Refuse the request of ⁨saltlicker⁩").click();
  const dialog = page.getByRole("dialog", { name: "Refuse the request of ⁨saltlicker⁩?" });
  await dialog.getByRole("textbox", { name: "Answer for them" }).fill("Not yet.");
  await dialog.getByRole("button", { name: "Refuse" }).click();
  await until("it to be gone", async () => (await page.locator(".mod-request").count()) === 1);
  expect(site.acts[0]).toStartWith(`POST /channels/${LOGIN}/chat/unban-requests/`);
});

test("the log is filtered by kind and person, and a time-out is undone", async () => {
  const log = page.getByRole("region", { name: "Log" });
  const entries = log.locator(".log-list > li");
  await log.getByRole("combobox", { name: "Acts" }).selectOption("Bans, time-outs, warnings");
  await until("two entries", async () => (await entries.count()) === 2);
  await log.getByRole("searchbox").fill("moss");
  await until("one entry", async () => (await entries.count()) === 1);
  await entries.getByRole("button", { name: /^Undo/ }).click();
  await asked(`DELETE /channels/${LOGIN}/chat/bans/quickfox_88`);
});

test("without a connection nothing can be done, and all can be read", async () => {
  site.isAway = true;
  site.cut();
  await page.getByText("The connection is lost.").waitFor();
  expect(await button("Shield mode…").isDisabled()).toBeTrue();
  expect(await button("Links off").isDisabled()).toBeTrue();
  await button("Deny the message of ⁨palekite⁩").focus();
  await page.keyboard.press("d");
  await line("buy followers").click();
  await page.keyboard.press("d");
  await page.keyboard.press("b");
  expect(site.acts).toEqual([]);
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await accessFaults(page)).toEqual([]);
});

test("a first message and somebody suspicious are told beside the queue", async () => {
  site.send({ type: "newcomer", userId: "palekite", lineId: "id-3" });
  const suspicion = { user: FERNLY, level: "possible" as const, at: new Date().toISOString(), by: null };
  site.send({ type: "suspicious", userId: "fernly", suspicion });
  const firsts = page.getByRole("list", { name: "First messages" });
  await firsts.getByText("size of a bus").waitFor();
  await page.getByRole("list", { name: "Suspicious people" }).getByText("may evade a ban").waitFor();
  await firsts.getByRole("button", { name: "palekite" }).click();
  await page.getByText("Account 2 days old").waitFor();
});

test("who is no moderator any more is told so", async () => {
  site.send({ type: "you", id: MOSSFIELD.id, login: MOSSFIELD.login, roles: [] });
  await page.getByText("You are not a moderator of tidewalker any more.").waitFor();
  expect(await accessFaults(page)).toEqual([]);
});

test("on a phone one part is shown at a time", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await line("size of a bus").isVisible()).toBeFalse();
  await page.getByRole("link", { name: "Chat", exact: true }).click();
  await line("size of a bus").waitFor();
  await page.locator(".mod-chat .line-author", { hasText: "palekite" }).click();
  await page.getByText("Account 2 days old").waitFor();
  expect(await line("size of a bus").isVisible()).toBeFalse();
  await page.setViewportSize({ width: 1440, height: 900 });
});
