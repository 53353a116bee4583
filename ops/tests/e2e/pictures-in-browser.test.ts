// A person's picture and a channel's banner in a real browser and a whole system: chosen, seen as it will be cut, sent, shown everywhere, refused
// in words, and removed.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { accessFaults } from "../support/accessible.ts";
import { type Account, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";

const folder = mkdtempSync(join(tmpdir(), "pictures-"));
const file = (name: string) => join(folder, name);
let system: TestSystem;
let browser: TestBrowser;
let page: Page;
let ada: Account;

beforeAll(async () => {
  [system, browser] = await Promise.all([bootSystem({ actors: 0 }), openBrowser()]);
  ada = await register(system.url);
  const plain = (background: string, width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background } });
  await plain("#e06020", 900, 600).jpeg().toFile(file("person.jpg"));
  await plain("#2060e0", 1_200, 300).png().toFile(file("banner.png"));
  const whole = await plain("#2060e0", 600, 600).png().toBuffer();
  await Bun.write(file("broken.png"), whole.subarray(0, whole.length - 60));
  await Bun.write(file("text.png"), "this is no picture");
  page = await browser.open(`${system.url}/login`);
  await page.getByLabel("Name").fill(ada.login);
  await page.getByLabel("Password", { exact: true }).fill(ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${system.url}/`);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const panel = (heading: string) =>
  page.locator("section.panel").filter({ has: page.getByRole("heading", { name: heading, exact: true }) });
const button = (within: ReturnType<typeof panel>, name: string) => within.getByRole("button", { name, exact: true });
const choose = (within: ReturnType<typeof panel>, name: string) =>
  within.locator("input[type=file]").setInputFiles(file(name));
/** The picture has arrived and is no drawing of ours. */
const isShown = (selector: string) =>
  page.waitForFunction((at) => {
    const image = document.querySelector<HTMLImageElement>(at);
    return image?.complete && image.naturalWidth > 0;
  }, selector);

test("a picture is seen as it will be cut before it is sent, and then beside the person's name", async () => {
  await page.goto(`${system.url}/settings`);
  const own = panel("Picture");
  await choose(own, "person.jpg");
  await own.getByAltText("The picture that you chose").waitFor();
  expect(await page.locator(".header .avatar img").count()).toBe(0);
  const before = await own.boundingBox();
  expect(await accessFaults(page)).toEqual([]);
  await button(own, "Use this picture").click();
  await own.getByText("Saved").waitFor();
  expect((await own.boundingBox())?.width).toBe(before!.width);
  await own.getByAltText("Your picture").waitFor();
  await isShown(".picture-portrait img");
  await isShown(".header .avatar img");
  await page.goto(`${system.url}/${ada.login}`);
  await isShown(".meta .avatar img");
});

test("what is no picture is refused in words, and the one before stays", async () => {
  await page.goto(`${system.url}/settings`);
  const own = panel("Picture");
  await choose(own, "text.png");
  await own.getByText("This is not a picture that can be shown.").waitFor();
  await own.getByAltText("Your picture").waitFor();
  // A browser shows what it can of a file that is cut off.
  await choose(own, "broken.png");
  await button(own, "Use this picture").click();
  await own.getByText("This picture is damaged.").waitFor();
  await button(own, "Cancel").click();
  await own.getByAltText("Your picture").waitFor();
  expect(await accessFaults(page)).toEqual([]);
});

test("a banner is on the page of the channel", async () => {
  await page.goto(`${system.url}/dashboard/channel`);
  const banner = panel("Banner");
  await choose(banner, "banner.png");
  await button(banner, "Use this picture").click();
  await banner.getByText("Saved").waitFor();
  await banner.getByAltText("The banner of your channel").waitFor();
  await page.goto(`${system.url}/${ada.login}`);
  const shown = page.getByAltText(`Banner of ${ada.login}`);
  await shown.scrollIntoViewIfNeeded();
  await isShown("img.banner");
  const { width, height } = (await shown.boundingBox())!;
  expect(width / height).toBeCloseTo(6, 1);
});

test("a picture that is removed leaves the letter", async () => {
  await page.goto(`${system.url}/settings`);
  const own = panel("Picture");
  await button(own, "Remove").click();
  await own.getByText("Removed").waitFor();
  expect(await own.locator(".avatar").textContent()).toBe(ada.login[0]!.toUpperCase());
  await page.waitForFunction(() => document.querySelector(".header .avatar img") === null);
});

test("no page failed, and none was kept from what it shows by its policy", () => {
  // What the server refuses is logged by the browser too.
  expect(browser.faults.filter((fault) => !fault.startsWith("Failed to load resource"))).toEqual([]);
});
