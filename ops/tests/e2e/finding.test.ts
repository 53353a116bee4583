// The pages for finding channels, over a made-up site: how often they ask, and what stays in its place.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type MadeUpSite, serveMadeUpSite } from "../support/made-up-site/site.ts";
import { until } from "../support/until.ts";

let site: MadeUpSite;
let browser: TestBrowser;

beforeAll(async () => {
  [site, browser] = await Promise.all([serveMadeUpSite(), openBrowser({ width: 1_440, height: 900 })]);
}, patient(60_000));

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

const asksForLive = () => site.asked.filter((path) => path.startsWith("/channels?live=true"));
const railNames = (page: Page) =>
  page.getByRole("navigation", { name: "Channels" }).locator(".rail-name").allTextContents();

test(
  "home and its rail share one request for the live channels; the rail alone asks for a few, and seldom",
  async () => {
    const page = await browser.open(site.url);
    await page.getByText("Slow castle").first().waitFor();
    await until("the rail", async () => (await railNames(page)).length > 5);
    expect(asksForLive()).toEqual(["/channels?live=true&limit=100"]);
    await until("the second request", () => asksForLive().length === 2);
    expect(new Set(asksForLive())).toEqual(new Set(["/channels?live=true&limit=100"]));
    await page.getByRole("link", { name: "Browse", exact: true }).click();
    await page.getByRole("heading", { name: "Categories" }).waitFor();
    site.asked.length = 0;
    await until("the rail's own request", () => asksForLive().length === 1);
    expect(asksForLive()).toEqual(["/channels?live=true&limit=30"]);
    await Bun.sleep(7_000); // Longer than a list of channels waits.
    expect(asksForLive()).toHaveLength(1);
    await page.getByRole("link", { name: /, home$/ }).click();
    await page.getByText("Slow castle").first().waitFor();
    await until("the list's request", () => asksForLive().at(-1) === "/channels?live=true&limit=100");
    await page.close();
  },
  patient(60_000),
);

test("numbers change in place, and no entry of the rail slides away under the pointer", async () => {
  const page = await browser.open(site.url);
  await until("the rail", async () => (await railNames(page)).length > 5);
  const before = await railNames(page);
  expect(before.slice(0, 2)).toEqual(["tidewalker", "brickandmoss"]);
  site.arrange((channels) =>
    channels.map((channel) => ({
      ...channel,
      live: channel.live && { ...channel.live, viewers: channel.login === "brickandmoss" ? 77_000 : 1 },
    })),
  );
  const rail = page.getByRole("navigation", { name: "Channels" });
  await rail.getByText("77K", { exact: true }).waitFor({ timeout: patient(15_000) });
  expect(await railNames(page)).toEqual(before);
  site.arrange(([first, ...rest]) => [{ ...first!, live: null }, ...rest]);
  await until("the one that ended to go", async () => (await railNames(page))[0] === "brickandmoss", {
    withinMs: 15_000,
  });
  site.arrange(null);
  await page.close();
});

test("the pages log no error", () => {
  expect(browser.faults.filter((fault) => !fault.includes("401") && !fault.includes("404"))).toEqual([]);
});
