// Who may watch, in a real browser: a password, followers only, a preview; and one person with several tabs counts once.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { ChannelView } from "#schema/api/channels.ts";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startViewing } from "../support/viewer.ts";

const PASSWORD = "four words";
const COUNTED_WITHIN_MS = 40_000;

let system: TestSystem;
let visitor: TestBrowser;
let owner: TestBrowser;
let fan: TestBrowser;
let streamer: Account;
let follower: Account;
let publisher: Publisher;

beforeAll(async () => {
  system = await bootSystem();
  visitor = await openBrowser();
  owner = await openBrowser();
  fan = await openBrowser();
  for (const { context } of [visitor, owner, fan]) context.setDefaultTimeout(patient(20_000));
  streamer = await register(system.url);
  follower = await register(system.url);
  await signInHere(owner, streamer);
  await signInHere(fan, follower);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
});

afterAll(async () => {
  await publisher?.kill();
  await Promise.all([visitor, owner, fan].map((browser) => browser?.close()));
  await system?.stop();
});

const watchUrl = () => `${system.url}/${streamer.login}`;
const change = (body: object) =>
  call(`${system.url}/api/v1/channels/${streamer.login}`, { method: "PATCH", token: streamer.accessToken, body });
const live = async () => (await getChannel(system.url, streamer.login)).live;
const viewersSeen = async () => (await live())?.viewers;

/** The refresh cookie is the browser's session. */
async function signInHere(browser: TestBrowser, { login, password }: Account) {
  const page = await browser.open(system.url);
  const status = await page.evaluate(
    async (body) => {
      const headers = { "content-type": "application/json" };
      return (await fetch("/api/v1/auth/login", { method: "POST", headers, body: JSON.stringify(body) })).status;
    },
    { login, password },
  );
  expect(status).toBe(200);
  await page.close();
}

async function plays(page: Page) {
  const viewer = await startViewing(page);
  const sinceMs = await viewer.now();
  await until("pictures to move", async () => (await viewer.frames(sinceMs)) > 30, { withinMs: 15_000 });
}

test("one person with two tabs, their players and their chats, counts once; another browser is another person", async () => {
  await until("the stream to be live", async () => (await live())?.phase === "live", { withinMs: 20_000 });
  const first = await visitor.open(watchUrl());
  await plays(first);
  const second = await visitor.open(watchUrl());
  await plays(second);
  await until("one viewer", async () => (await viewersSeen()) === 1, { withinMs: COUNTED_WITHIN_MS });
  // A report of each player has come by then.
  await until("a report", async () => playersSeen(), { withinMs: COUNTED_WITHIN_MS });
  expect([await viewersSeen(), await playersSeen()]).toEqual([1, 1]);
  const other = await fan.open(watchUrl());
  await plays(other);
  await until("two viewers", async () => (await viewersSeen()) === 2, { withinMs: COUNTED_WITHIN_MS });
  for (const page of [first, second, other]) await page.close();
});

async function playersSeen() {
  const health = await call<{ players: { players: number } | null }>(
    `${system.url}/api/v1/channels/${streamer.login}/broadcast`,
    { token: streamer.accessToken },
  );
  return health.players?.players;
}

test("a channel with a password asks for it, says that a wrong one is wrong, and remembers the right one for the tab", async () => {
  const open = await visitor.open(watchUrl());
  await plays(open);
  await setPassword(PASSWORD);
  // The open page's player is refused, and the page asks.
  await open.getByLabel("Password of this channel", { exact: true }).waitFor();
  expect(await accessFaults(open)).toEqual([]);
  await open.getByLabel("Password of this channel", { exact: true }).fill("another one");
  await open.getByRole("button", { name: "Watch" }).click();
  await open.getByText("This is not the channel's password.").waitFor();
  expect(await accessFaults(open)).toEqual([]);
  await open.getByLabel("Password of this channel", { exact: true }).fill(PASSWORD);
  await open.getByRole("button", { name: "Watch" }).click();
  await plays(open);
  await open.reload();
  await plays(open);
  expect(await open.getByLabel("Password of this channel", { exact: true }).count()).toBe(0);
  const stored = await open.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toContain(PASSWORD);
  await open.close();
  const tab = await visitor.open(watchUrl());
  await tab.getByLabel("Password of this channel", { exact: true }).waitFor();
  await tab.close();
});

/** By the form of the dashboard, which asks for a password and shows what is wrong with it. */
async function setPassword(password: string) {
  const desk = await owner.open(`${system.url}/dashboard/channel`);
  const form = desk.locator(".visibility");
  const save = form.getByRole("button", { name: "Save" });
  await form.getByRole("radio", { name: /^Password/ }).check();
  await save.click();
  await form.getByText("Required: the channel has none yet").waitFor();
  await form.getByLabel("Password for viewers", { exact: true }).fill("abc");
  await save.click();
  await form.getByText("4 to 100 characters").waitFor();
  expect(await accessFaults(desk)).toEqual([]);
  await form.getByLabel("Password for viewers", { exact: true }).fill(password);
  await save.click();
  await form.getByText("Saved").waitFor();
  await desk.close();
}

test("a channel for followers offers to sign in or to follow, and plays after it", async () => {
  await change({ visibility: "followers" });
  const stranger = await visitor.open(watchUrl());
  const card = stranger.locator(".offair-card");
  await card.getByText(`Only followers of ${streamer.login} can watch`).waitFor();
  expect(await card.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe(
    `/login?next=%2F${streamer.login}`,
  );
  expect(await accessFaults(stranger)).toEqual([]);
  await stranger.close();
  const page = await fan.open(watchUrl());
  const offer = page.locator(".offair-card").getByRole("button", { name: `Follow ${streamer.login}` });
  await offer.waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await offer.click();
  await plays(page);
  await page.getByRole("button", { name: `Following ${streamer.login}` }).waitFor();
  await page.close();
});

test("a preview is shown to its owner alone, Start broadcast puts it on air, and the history tells how it ended", async () => {
  const desk = await owner.open(`${system.url}/dashboard/channel`);
  await desk.getByRole("radio", { name: /^Public/ }).check();
  await desk.locator(".visibility").getByRole("button", { name: "Save" }).click();
  await desk.getByText("Saved").waitFor();
  await desk.getByRole("switch", { name: "Start the broadcast by hand" }).click();
  await until("the channel to be changed", async () => {
    const { visibility, autoStart } = await call<ChannelView>(`${system.url}/api/v1/channels/${streamer.login}`);
    return visibility === "public" && !autoStart;
  });
  await desk.getByRole("link", { name: "Stream", exact: true }).click();
  await endByHand(desk);
  await publisher.kill();
  const { streamKey } = await makeStreamKey(system.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  await desk.getByRole("heading", { name: "Only you see this preview" }).waitFor();
  await plays(desk);
  expect(await desk.locator("video").evaluate((video: HTMLVideoElement) => video.muted)).toBe(true);
  expect(await accessFaults(desk)).toEqual([]);
  const watch = await owner.open(watchUrl());
  await plays(watch);
  await watch.getByText("Only you see this").waitFor();
  expect(await accessFaults(watch)).toEqual([]);
  const stranger = await visitor.open(watchUrl());
  await stranger.getByRole("heading", { name: `${streamer.login} is off air` }).waitFor();
  expect(await live()).toBeNull();
  await desk.bringToFront();
  await desk.getByRole("button", { name: "Start broadcast" }).click();
  await desk.getByRole("heading", { name: "You are live" }).waitFor();
  await plays(stranger);
  await watch.bringToFront();
  await until("the mark to go", async () => (await watch.getByText("Only you see this").count()) === 0);
  for (const page of [watch, stranger]) await page.close();
  await desk.getByRole("img", { name: /^Bitrate in the last 5 min: [\d,]+ kbit\/s at the end/ }).waitFor();
  expect(await accessFaults(desk)).toEqual([]);
  await endByHand(desk);
  await desk.getByRole("link", { name: "Broadcasts", exact: true }).click();
  const ended = desk.locator(".table tbody tr").filter({ hasText: "Ended by hand" });
  await until("both broadcasts in the history", async () => (await ended.count()) === 2);
  const peak = await ended.last().locator("[data-label='Peak viewers']").textContent();
  expect(Number(peak)).toBeGreaterThanOrEqual(1);
  expect(await accessFaults(desk)).toEqual([]);
  expect(owner.faults.filter((fault) => /Content Security Policy|Uncaught|TypeError/.test(fault))).toEqual([]);
});

async function endByHand(desk: Page) {
  await desk.getByRole("button", { name: "End broadcast" }).click();
  await desk.getByRole("dialog").getByRole("button", { name: "End broadcast" }).click();
  await desk.getByRole("heading", { name: "Your broadcast has ended" }).waitFor();
}
