// The watch page in states that a made-up server takes it through: a flood of lines, and each state of the picture.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type MadeUpChannel, onAir, serveMadeUpChannel } from "../support/made-up-channel.ts";
import { until } from "../support/until.ts";

let site: MadeUpChannel;
let browser: TestBrowser;
const LOGIN = "tidewalker";

beforeAll(async () => {
  [site, browser] = await Promise.all([serveMadeUpChannel(), openBrowser({ width: 1440, height: 900 })]);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

beforeEach(() => {
  site.isAway = false;
  site.user = null;
  site.channel = onAir();
});

const open = () => browser.open(`${site.url}/${LOGIN}`);
const log = (page: Page) => page.getByRole("log");

/** Numbers of the lines that can be seen. */
const inView = (page: Page) =>
  log(page).evaluate((list) => {
    const { top, bottom } = list.getBoundingClientRect();
    return [...list.querySelectorAll<HTMLElement>("[data-seq]")].flatMap((line) => {
      const box = line.getBoundingClientRect();
      return box.top >= top && box.bottom <= bottom ? [{ seq: Number(line.dataset.seq), topPx: box.top - top }] : [];
    });
  });

const COUNT = 5_000;
const A_SECOND = 200;

test(
  "the lines in view stay in their place while 5,000 more arrive at 200 a second",
  async () => {
    const page = await open();
    await until("the room", () => page.getByText("Nobody has said anything yet.").isVisible());
    const batch = (from: number, count: number) =>
      site.say(
        ...Array.from({ length: count }, (_, at) => ({
          login: `person_${(from + at) % 7}`,
          body: `line ${from + at} ${"is longer than the others ".repeat((from + at) % 4)}`,
        })),
      );
    batch(0, 200);
    await log(page).getByText("line 199").waitFor();
    await log(page).hover();
    await page.mouse.wheel(0, -1_200);
    await page.getByRole("button", { name: "Paused" }).waitFor();
    const before = await inView(page);
    expect(before.length).toBeGreaterThan(5);
    const each = A_SECOND / 20;
    for (let from = 200; from < 200 + COUNT; from += each) {
      batch(from, each);
      await Bun.sleep(1_000 / 20);
    }
    const jump = page.getByRole("button", { name: "Paused · 5,000 new" });
    await jump.waitFor({ timeout: patient(10_000) });
    expect(await inView(page)).toEqual(before);
    expect(await log(page).locator("[data-seq]").count()).toBeLessThanOrEqual(300);
    await jump.click();
    await log(page).getByText("line 5199").waitFor();
    await until("the newest line in view", async () => (await inView(page)).at(-1)?.seq === 200 + COUNT);
    expect(await log(page).locator("[data-seq]").count()).toBe(300);
    expect(browser.faults.filter((fault) => !fault.includes("404") && !fault.includes("401"))).toEqual([]);
    await page.close();
  },
  patient(60_000),
);
