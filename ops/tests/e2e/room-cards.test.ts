// What a room shows beside its lines on the watch page: the pinned message, polls, raids, announcements; and what somebody reads whom the
// moderators warned, banned or hold up. Over a made-up room.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { PollView } from "#schema/api/polls.ts";
import type { RaidView } from "#schema/api/raids.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { accessFaults } from "../support/accessible.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type MadeUpChannel, onAir, serveMadeUpChannel } from "../support/made-up-channel.ts";
import { until } from "../support/until.ts";

const LOGIN = "tidewalker";
const NILA = { id: "nila", login: "nila", displayName: "nila", pictureUrl: null };
const MOSSFIELD = { id: "mossfield", login: "mossfield", displayName: "mossfield" };

let site: MadeUpChannel;
let browser: TestBrowser;
let page: Page;
let numbers = 0;

beforeAll(async () => {
  [site, browser] = await Promise.all([serveMadeUpChannel({ answer }), openBrowser({ width: 1440, height: 900 })]);
  site.say({ login: "brine", body: "what lens is this?" });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

function answer(request: Request): Response | null {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith("/chat/warning"))
    return Response.json({ warning: { id: "w1", at: new Date().toISOString(), reason: "Stay on the topic." } });
  if (pathname.endsWith("/unban-requests/mine"))
    return Response.json({ banned: true, reason: "spam", request: null, mayAskAt: new Date(0).toISOString() });
  if (request.method === "POST" && pathname.endsWith("/votes")) {
    site.acts.push("vote");
    return Response.json(poll(numbers, { votes: [1, 0] }), { status: 201 });
  }
  return null;
}

beforeEach(async () => {
  numbers++;
  Object.assign(site, { user: NILA, roles: [], room: DEFAULT_ROOM_SETTINGS, refusal: null, acts: [], beside: {} });
  site.channel = onAir();
  await page?.close();
  page = await browser.open(`${site.url}/${LOGIN}`);
  await line("what lens").waitFor();
});

const line = (text: string) => page.locator(".line", { hasText: text });
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const say = async (text: string) => {
  await page.getByRole("textbox", { name: "Your message" }).fill(text);
  await page.keyboard.press("Enter");
};

/** A new one in each test: what a person voted for is remembered by its id. */
function poll(number: number, { votes = [0, 0], isOver = false } = {}): PollView {
  const nowMs = Date.now();
  return {
    ...{ id: `poll-${number}`, question: "Where to next?", votes: votes[0]! + votes[1]!, by: MOSSFIELD },
    choices: ["The wreck", "Kelp edge"].map((text, at) => ({ text, votes: votes[at]! })),
    ...{ startedAt: new Date(nowMs - 1_000).toISOString(), endsAt: new Date(nowMs + 60_000).toISOString() },
    endedAt: isOver ? new Date(nowMs).toISOString() : null,
  };
}

const raid = (state: RaidView["state"], inMs = 60_000): RaidView => ({
  ...{ id: `raid-${numbers}`, state, from: { login: LOGIN, displayName: LOGIN }, viewers: 1_204 },
  ...{ to: { login: "quietrook", displayName: "quietrook" }, startedAt: new Date().toISOString() },
  atMs: Date.now() + inMs,
});

test("a pinned message stands above the lines, folds to one row, and goes", async () => {
  const said = {
    seq: 1,
    at: new Date().toISOString(),
    kind: "line" as const,
    id: "id-1",
    body: "see https://live.example/plan",
  };
  const user = { ...MOSSFIELD, color: "#4ecdc4", badges: ["moderator"] };
  const pinned = { line: { ...said, user }, at: said.at, until: null, by: MOSSFIELD };
  site.send({ type: "pinned", pinned });
  const card = page.getByRole("region", { name: "Pinned message" });
  await card.getByText("Pinned by ⁨mossfield⁩").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await card.getByRole("button", { name: "Fold: Pinned message" }).click();
  expect(await card.getByRole("link").isVisible()).toBeFalse();
  site.send({ type: "pinned", pinned: null });
  await card.waitFor({ state: "detached" });
});

test("a number votes, once; the result follows the room", async () => {
  site.send({ type: "poll", poll: poll(numbers) });
  const card = page.getByRole("region", { name: "Poll" });
  await card.getByRole("button", { name: /The wreck/ }).waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await page.locator("h1").first().click();
  await page.keyboard.press("1");
  await card.getByText("You voted for The wreck.").waitFor({ state: "attached" });
  await page.keyboard.press("2");
  expect(site.acts).toEqual(["vote"]);
  expect(await card.getByRole("button", { name: /The wreck/ }).count()).toBe(0);
  site.send({ type: "poll", poll: poll(numbers, { votes: [1, 3] }) });
  await card.getByText("75 %").waitFor();
  site.send({ type: "poll", poll: poll(numbers, { votes: [1, 3], isOver: true }) });
  await card.getByText("ended · 4 votes").waitFor();
});

test("numbers that one writes are no votes", async () => {
  site.send({ type: "poll", poll: poll(numbers) });
  await page.getByRole("region", { name: "Poll" }).waitFor();
  await page.getByRole("textbox", { name: "Your message" }).pressSequentially("12");
  expect(site.acts).toEqual([]);
});

test("an announcement is seen among the lines", async () => {
  const seq = Number(await page.locator("[data-seq]").last().getAttribute("data-seq")) + 1;
  const entry = { seq, at: new Date().toISOString(), kind: "notice" as const, code: "announcement" as const };
  site.send({ type: "entries", entries: [{ ...entry, body: "next dive on Thursday", color: "blue", by: MOSSFIELD }] });
  await page.locator(".line-notice", { hasText: "Announcement by mossfield" }).waitFor();
  expect(await accessFaults(page)).toEqual([]);
});

test("a raid takes the page along, unless one stays", async () => {
  const { type, ...counting } = { type: "raid" as const, ...raid("counting") };
  site.send({ type, ...counting });
  await button("Stay here").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await button("Stay here").click();
  site.send({ type, ...raid("gone", 0) });
  await page.getByRole("link", { name: "Go to ⁨quietrook⁩" }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/${LOGIN}`);
  await page.reload();
  await line("what lens").waitFor();
  // Who comes when it is over is not sent after the others.
  site.send({ type, ...raid("gone", 0) });
  await page.getByRole("link", { name: "Go to ⁨quietrook⁩" }).waitFor();
  site.send({ type, ...raid("counting"), id: "another" });
  await button("Stay here").waitFor();
  site.send({ type, ...raid("gone", 0), id: "another" });
  await page.waitForURL(`${site.url}/quietrook`);
});

test("who is warned reads why, and can write once it is acknowledged", async () => {
  site.send({ type: "warning", reason: "Stay on the topic." });
  const dialog = page.getByRole("dialog", { name: "A moderator has warned you" });
  await dialog.getByText("Stay on the topic.").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Later" }).click();
  site.refusal = { code: "warned" };
  await say("hello");
  await dialog.getByRole("button", { name: "I have read it" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(site.acts).toEqual([`POST /channels/${LOGIN}/chat/warning/acknowledge`]);
});

test("who is banned can ask to be unbanned", async () => {
  site.refusal = { code: "banned" };
  await say("hello");
  await button("Ask to be unbanned").click();
  const dialog = page.getByRole("dialog", { name: "Ask to be unbanned" });
  await dialog.getByText("Why you are banned: spam").waitFor();
  await dialog.getByRole("textbox", { name: "What you want to say" }).fill("Sorry.");
  expect(await accessFaults(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  await until("the request", async () => site.acts.includes(`POST /channels/${LOGIN}/chat/unban-requests`));
});

test("a held message is told, and what became of it", async () => {
  site.refusal = { code: "held" };
  await say("win a boat");
  await page.getByText("A moderator looks at your message first.").waitFor();
  site.send({ type: "held_result", nonce: "any", allowed: false });
  await page.getByText("Your message was not sent: the moderators said no.").waitFor();
});

test("a moderator pins a message by its menu, and opens the moderator view", async () => {
  site.roles = ["moderator"];
  await page.reload();
  await line("what lens").hover();
  await line("what lens").locator(".line-more").click();
  await page.getByRole("menuitem", { name: "Pin this message" }).click();
  await until("the pin", async () => site.acts.includes(`PUT /channels/${LOGIN}/chat/pin`));
  expect(await page.getByRole("link", { name: "Moderator view" }).getAttribute("href")).toBe(`/mod/${LOGIN}`);
});
