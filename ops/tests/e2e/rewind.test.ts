// Back in a running broadcast and to live again, on the watch page: what is shown is read from the pictures.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type MadeUpBroadcast, madeUpBroadcast, shownSecond } from "../support/made-up-broadcast.ts";
import { type MadeUpChannel, serveMadeUpChannel } from "../support/made-up-channel.ts";
import { until } from "../support/until.ts";

let broadcast: MadeUpBroadcast;
let site: MadeUpChannel;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser({ width: 1440, height: 900 });
}, 60_000);

afterAll(() => browser?.close());

beforeEach(async () => {
  broadcast = await madeUpBroadcast();
  site = await serveMadeUpChannel({ answer: (request) => broadcast.answer(request) });
  site.channel = broadcast.channel;
  page = await browser.open(`${site.url}/tidewalker`);
  await bar().waitFor({ timeout: patient(20_000) });
}, 60_000);

afterEach(async () => {
  await page?.close();
  await site?.stop();
  await broadcast?.stop();
});

const bar = () => page.getByRole("slider", { name: "Place in the broadcast" });
const place = () => bar().getAttribute("aria-valuetext");
const backToLive = () => page.getByRole("button", { name: /^−0:\d\d\. You are/ });
/** Seconds between now and the picture. */
const behind = async () => broadcast.nowSeconds() - ((await shownSecond(page)) ?? Number.NaN);
const isBehind = (seconds: number) =>
  until(`a picture of ${seconds} s ago`, async () => Math.abs((await behind()) - seconds) < 3, {
    withinMs: patient(10_000),
  });
const isLive = () => until("a live picture", async () => (await behind()) < 5, { withinMs: patient(10_000) });

/** Presses the bar where the picture of so many seconds ago is. */
async function rewind(seconds: number) {
  await page.mouse.move(700, 300);
  const { x, y, width, height } = (await bar().boundingBox())!;
  await page.mouse.click(x + width * (1 - seconds / broadcast.nowSeconds()), y + height / 2);
}

test(
  "a press on the bar shows what was, keys go further, and the badge leads back to live",
  async () => {
    await isLive();
    await until("the bar at its end", async () => (await place()) === "Live", { withinMs: patient(10_000) });
    expect(broadcast.asked.filter((path) => path.startsWith("/videos/"))).toEqual([]);
    await rewind(40);
    await isBehind(40);
    expect(await place()).toMatch(/^(3[6-9]|4[0-4]) seconds behind live, The reef$/);
    expect(await page.getByText("You are behind live. The chat goes on as it is now.").isVisible()).toBe(true);
    await page.locator(".seek-chapter").waitFor({ state: "attached" });
    expect(await page.locator(".seek-gap").count()).toBe(1);
    await page.keyboard.press("j");
    await isBehind(50);
    await page.keyboard.press("ArrowRight");
    await isBehind(45);
    await page.mouse.move(700, 310);
    await backToLive().click();
    const pressedMs = Date.now();
    await isLive();
    console.log(`live again ${Date.now() - pressedMs} ms after the press`);
    await until("the bar at its end", async () => (await place()) === "Live");
    expect(await page.locator("video").count()).toBe(1);
  },
  patient(60_000),
);

test(
  "what is not recorded is skipped, and while the recording does not come live is one press away",
  async () => {
    await isLive();
    // 3 s before the gap, which is from 24 to 30 s.
    await rewind(broadcast.nowSeconds() - 21);
    // The live picture, which is later, may stand for a moment.
    const isBehindGap = async () => {
      const second = (await shownSecond(page)) ?? 0;
      return second >= 30 && second < 60;
    };
    await until("the picture behind the gap", isBehindGap, { withinMs: patient(10_000) });
    expect(await shownSecond(page)).toBeLessThan(34);
    broadcast.isStoreAway = true;
    await rewind(broadcast.nowSeconds() - 4);
    await page.getByText("What was recorded does not come. It is tried again.").waitFor({ timeout: patient(15_000) });
    await page.locator(".player-note").getByRole("button", { name: "Back to live" }).click();
    await isLive();
    expect(await page.getByText("What was recorded does not come").count()).toBe(0);
  },
  patient(60_000),
);

test(
  "who is behind when the broadcast ends sees it to its end",
  async () => {
    await isLive();
    await rewind(30);
    await isBehind(30);
    broadcast.end();
    site.channel = { ...broadcast.channel, live: null };
    site.send({ type: "status", phase: "offline" });
    const endedSecond = broadcast.nowSeconds();
    await page.getByRole("heading", { name: /^The broadcast has ended/ }).waitFor({ timeout: patient(45_000) });
    // Without it the picture is taken away 20 s after the end.
    expect(broadcast.nowSeconds() - endedSecond).toBeGreaterThan(24);
    expect(await page.locator("video").count()).toBe(0);
  },
  patient(90_000),
);
