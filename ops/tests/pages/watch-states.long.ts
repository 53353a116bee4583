// The watch page in each state of its picture, each brought about by a real fault: the right words within 5 s, in a box that does not move,
// in both themes without an accessibility fault.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, call, getChannel, makeStreamKey, register, signIn } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { movementOf, noteMovement } from "../support/movement.ts";
import { asPhone } from "../support/phone.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startViewing } from "../support/viewer.ts";

/** From the fault to its words. */
const WORDS_WITHIN_MS = 5_000;
const SHIFT_MAX = 0.01;
const TEST_MS = 120_000;
const PHONE = { width: 390, height: 844 };

let system: TestSystem;
let visitor: TestBrowser;
let owner: TestBrowser;
let streamer: Account;
let admin: Account;
let publisher: Publisher | null = null;

beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: "none" } });
  [visitor, owner] = await Promise.all([openBrowser({ width: 1440, height: 900 }), openBrowser()]);
  for (const { context } of [visitor, owner]) context.setDefaultTimeout(patient(20_000));
  await noteMovement(visitor.context);
  [admin, streamer] = [await register(system.url), await register(system.url)];
  const words = ["ops/operator/main.ts", "grant", admin.login, "admin", "--data", system.data];
  const grant = Bun.spawnSync([process.execPath, ...words]);
  expect(grant.exitCode, grant.stderr.toString()).toBe(0);
  admin = await signIn(system.url, admin);
  await signInHere(owner, streamer);
}, patient(90_000));

afterAll(async () => {
  await publisher?.kill();
  await Promise.all([visitor, owner].map((browser) => browser?.close()));
  await system?.stop();
}, patient(30_000));

const channelUrl = () => `${system.url}/api/v1/channels/${streamer.login}`;
const watchUrl = () => `${system.url}/${streamer.login}`;
const change = (body: object) => call(channelUrl(), { method: "PATCH", token: streamer.accessToken, body });
const phase = async () => (await getChannel(system.url, streamer.login)).live?.phase ?? null;
const stageOf = (page: Page) => page.locator("main .stage");

/** The refresh cookie is the browser's session. */
async function signInHere(browser: TestBrowser, { login, password }: Account) {
  const page = await browser.open(system.url);
  const body = { login, password };
  await page.evaluate(async (body) => {
    const headers = { "content-type": "application/json" };
    await fetch("/api/v1/auth/login", { method: "POST", headers, body: JSON.stringify(body) });
  }, body);
  await page.close();
}

async function publish() {
  await publisher?.kill();
  const { streamKey } = await makeStreamKey(system.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
}

async function onAir() {
  if (!publisher) await publish();
  await until("the stream to be live", async () => (await phase()) === "live", { withinMs: 20_000 });
}

/** The picture moves. Of a page behind another one a browser shows no frames. */
async function plays(page: Page) {
  await page.bringToFront();
  const viewer = await startViewing(page);
  const sinceMs = await viewer.now();
  await until("pictures to move", async () => (await viewer.frames(sinceMs)) > 30, { withinMs: 20_000 });
}

/** Does something to the world; the page shows the words in the place of the picture in time. */
async function words(pages: Page[], text: string | RegExp, fault: () => unknown) {
  await fault();
  const sinceMs = performance.now();
  const shown = (page: Page) => stageOf(page).locator(":scope > :not([role=status])").getByText(text).first();
  await Promise.all(pages.map((page) => shown(page).waitFor({ timeout: patient(WORDS_WITHIN_MS) })));
  console.log(`${text} · ${Math.round(performance.now() - sinceMs)} ms`);
}

const withoutFaults = async (page: Page) => expect(await accessFaults(page)).toEqual([]);

/** Since then, if it is given: what moves while a page is loaded is measured with the benchmarks of pages. */
async function didNotMove(page: Page, before = { shift: 0 }) {
  const { shift, moved, sizes } = await movementOf(page);
  expect(shift - before.shift, moved.join("\n")).toBeLessThanOrEqual(SHIFT_MAX);
  expect(sizes).toHaveLength(1);
}

test(
  "off air, live, lost, back, ended: each is said once, and nothing moves, in a wide window and on a phone",
  async () => {
    const wide = await visitor.open(watchUrl());
    const phone = await visitor.context.newPage();
    await asPhone(phone, PHONE);
    await phone.goto(watchUrl());
    const both = [wide, phone];
    await words(both, `${streamer.login} is off air`, () => {});
    await Promise.all(both.map((page) => page.getByText("Nobody has said anything yet.").waitFor()));
    const loaded = await Promise.all(both.map(movementOf));
    await Promise.all(both.map(withoutFaults));
    await publish();
    for (const page of both) await plays(page);
    await withoutFaults(wide);
    await words(both, `Waiting for ${streamer.login}. The stream goes on by itself.`, async () => {
      await publisher?.kill();
      await until("the channel to be lost", async () => (await phase()) === "lost", { withinMs: 20_000 });
    });
    await Promise.all(both.map(withoutFaults));
    await publish();
    await onAir();
    await until("the words to go", async () => (await wide.getByText("Waiting for").count()) === 0);
    for (const page of both) await plays(page);
    await words(both, /^The broadcast has ended/, () =>
      call(`${channelUrl()}/broadcast/stop`, { token: streamer.accessToken, body: {} }),
    );
    await Promise.all(
      both.map((page) =>
        page
          .getByText(/^The broadcast has ended · \d+:\d\d$/)
          .first()
          .waitFor(),
      ),
    );
    await Promise.all(both.map(withoutFaults));
    await Promise.all(both.map((page, at) => didNotMove(page, loaded[at])));
    const { login } = streamer;
    expect((await movementOf(wide)).said).toEqual([
      `${login} is off air`,
      `${login} is live`,
      `Waiting for ${login}. The stream goes on by itself.`,
      `${login} is live`,
      expect.stringMatching(/^The broadcast has ended · \d+:\d\d$/),
    ]);
    await Promise.all(both.map((page) => page.close()));
  },
  patient(TEST_MS),
);

test(
  "off air says since when, and offers to follow",
  async () => {
    await publisher?.kill();
    await until("the channel to be off air", async () => (await phase()) === null, { withinMs: 20_000 });
    const page = await visitor.open(watchUrl());
    await stageOf(page)
      .getByText(/^Last live /)
      .waitFor();
    await stageOf(page)
      .getByRole("button", { name: `Follow ${streamer.login}` })
      .waitFor();
    await didNotMove(page);
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "the owner sees a preview with a button that puts it on air; nobody else sees it",
  async () => {
    await change({ autoStart: false });
    const [own, other] = [await owner.open(watchUrl()), await visitor.open(watchUrl())];
    await publish();
    await own.bringToFront();
    await until("the preview", () => own.getByText("Only you see this").isVisible(), { withinMs: 25_000 });
    await plays(own);
    await withoutFaults(own);
    expect(
      await stageOf(other)
        .getByRole("heading", { name: `${streamer.login} is off air` })
        .count(),
    ).toBe(1);
    await own.getByRole("button", { name: "Start broadcast" }).click();
    await onAir();
    await until("the band to go", async () => (await own.getByText("Only you see this").count()) === 0);
    await plays(other);
    await change({ autoStart: true });
    await Promise.all([own, other].map((page) => page.close()));
  },
  patient(TEST_MS),
);

test(
  "who may not watch is told who may, in the same box",
  async () => {
    await onAir();
    const page = await visitor.context.newPage();
    await asPhone(page, PHONE);
    await page.goto(watchUrl());
    await plays(page);
    await change({ visibility: "password", playbackPassword: "four words" });
    await stageOf(page).getByText(`${streamer.login} asks for a password`).first().waitFor();
    await withoutFaults(page);
    await didNotMove(page);
    await change({ visibility: "followers" });
    await page.reload();
    await stageOf(page).getByText(`Only followers of ${streamer.login} can watch`).first().waitFor();
    await withoutFaults(page);
    await didNotMove(page);
    await change({ visibility: "public" });
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "a browser that is offline, and a server that is gone, are told apart; both mend by themselves",
  async () => {
    await onAir();
    const page = await visitor.open(watchUrl());
    await plays(page);
    await words([page], "You are offline.", () => visitor.context.setOffline(true));
    await withoutFaults(page);
    await visitor.context.setOffline(false);
    await until("the line to go", async () => (await stageOf(page).getByText("You are offline.").count()) === 0);
    await plays(page);
    const starts = system.startsOf("edge-1");
    process.kill(system.supervisorPid, "SIGSTOP"); // Else it starts the edge anew at once.
    await words([page], "We cannot reach the server. Trying again", () =>
      process.kill(system.pidOf("edge-1"), "SIGKILL"),
    );
    await withoutFaults(page);
    process.kill(system.supervisorPid, "SIGCONT");
    await system.restarted("edge-1", starts);
    await until("the line to go", async () => (await page.getByRole("button", { name: "Try now" }).count()) === 0);
    await plays(page);
    await didNotMove(page);
    await until("it to be said", async () => {
      const { said } = await movementOf(page);
      return said.indexOf("Connected again.") !== said.lastIndexOf("Connected again.");
    });
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "a connection too slow for the chosen quality is told, with a way out",
  async () => {
    await onAir();
    const page = await visitor.open(watchUrl());
    await plays(page);
    await page.evaluate(() => localStorage.setItem("player", JSON.stringify({ quality: "source" })));
    await page.reload();
    await plays(page);
    const session = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 60, downloadThroughput: 220_000, uploadThroughput: 100_000 };
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", slow);
    const offer = stageOf(page).getByRole("button", { name: "Switch to Auto" });
    await offer.waitFor({ timeout: patient(40_000) });
    await withoutFaults(page);
    await didNotMove(page);
    await offer.click();
    await offer.waitFor({ state: "detached" });
    expect(await page.evaluate(() => JSON.parse(localStorage.getItem("player") ?? "").quality)).toBeNull();
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "a page that is late says so, and a name that nobody has is a 404 page with the search filled in",
  async () => {
    const late = await visitor.context.newPage();
    const never = () => new Promise<void>(() => {});
    await late.route(`**/api/v1/channels/${streamer.login}`, never);
    await late.route("**/live/**", never);
    await late.goto(watchUrl());
    await stageOf(late)
      .getByText("Still loading. Your connection may be slow.")
      .waitFor({ timeout: patient(10_000) });
    await withoutFaults(late);
    await late.close();
    const missing = await visitor.context.newPage();
    expect((await missing.goto(`${system.url}/nosuchone`))?.status()).toBe(404);
    await missing.getByRole("heading", { name: "There is no channel “nosuchone”." }).waitFor();
    expect(await missing.getByRole("main").getByRole("searchbox").inputValue()).toBe("nosuchone");
    await withoutFaults(missing);
    await missing.close();
  },
  patient(TEST_MS),
);

test(
  "a channel that staff suspends while it is watched is gone for viewers; its owner reads why",
  async () => {
    await onAir();
    const page = await visitor.open(watchUrl());
    await plays(page);
    await call(`${system.url}/api/v1/admin/channels/${streamer.login}/suspension`, {
      token: admin.accessToken,
      body: { reason: "an experiment" },
    });
    const gone = page.getByRole("heading", { name: `The channel “${streamer.login}” is not available any more.` });
    await gone.waitFor({ timeout: patient(WORDS_WITHIN_MS) });
    await withoutFaults(page);
    const own = await owner.open(watchUrl());
    await stageOf(own)
      .getByRole("heading", { name: `The channel of ${streamer.login} is suspended` })
      .waitFor();
    await stageOf(own).getByText("Reason: an experiment").waitFor();
    await withoutFaults(own);
    await Promise.all([page, own].map((each) => each.close()));
  },
  patient(TEST_MS),
);
