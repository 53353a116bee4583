// The chat's options, its window of its own, and its layer over a picture, over a made-up room.

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { accessFaults } from "../support/accessible.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type MadeUpChannel, serveMadeUpChannel } from "../support/made-up-channel.ts";
import { until } from "../support/until.ts";

const LOGIN = "tidewalker";

let site: MadeUpChannel;
let browser: TestBrowser;

beforeAll(async () => {
  [site, browser] = await Promise.all([serveMadeUpChannel(), openBrowser({ width: 1440, height: 900 })]);
  site.user = { id: "nila", login: "nila", displayName: "nila", pictureUrl: null };
  site.say({ login: "quickfox", body: "hello" }, { login: "mossfield", body: "hi", badges: ["moderator"], answers: 1 });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

afterEach(async () => {
  for (const page of browser.context.pages().slice(1)) {
    await page.evaluate(() => localStorage.clear()); // The options.
    await page.close();
  }
});

const open = async (path = `/${LOGIN}`) => {
  const page = await browser.open(site.url + path);
  await page.locator(".line", { hasText: "hello" }).first().waitFor();
  return page;
};
const openOptions = async (page: Page) => {
  await page.getByRole("button", { name: "Chat options" }).first().click();
  const card = page.getByRole("dialog", { name: "Chat options" });
  await card.waitFor();
  return card;
};

test("options take effect at once, are kept, and Escape goes back to their button", async () => {
  const page = await open();
  const hello = page.locator(".line").first();
  const heightBefore = (await hello.boundingBox())!.height;
  const card = await openOptions(page);
  expect(await accessFaults(page)).toEqual([]);
  await card.getByRole("switch", { name: "Show the time of each message" }).click();
  expect(await hello.locator("time").textContent()).toMatch(/\d\d:\d\d/);
  await card.getByRole("switch", { name: "Compact rows" }).click();
  expect((await hello.boundingBox())!.height).toBeLessThan(heightBefore);
  await card.getByRole("radio", { name: "Large" }).check({ force: true });
  expect(await hello.evaluate((element) => getComputedStyle(element).fontSize)).toBe("16px");
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Chat options");
  await page.reload();
  await page.locator(".line time").first().waitFor();
  expect(await hello.evaluate((element) => getComputedStyle(element).fontSize)).toBe("16px");
});

test("removed lines are not shown, the pointer holds the list, and nothing is announced, as one likes", async () => {
  const page = await open();
  const card = await openOptions(page);
  await card.getByRole("switch", { name: "Show that a message was removed" }).click();
  await card.getByRole("switch", { name: "Pause under the pointer" }).click();
  await card.getByRole("radio", { name: "Nothing" }).check({ force: true });
  await page.keyboard.press("Escape");
  await page.mouse.move(300, 300);
  site.say({ login: "spammer", body: "spam" });
  const spam = page.locator(".line", { hasText: "spam" });
  await spam.waitFor();
  site.remove(Number(await spam.getAttribute("data-seq")));
  await until("the line to be gone", async () => (await page.locator("[data-seq]").count()) === 2);
  await page.getByRole("log").hover();
  site.say({ login: "oru", body: "while one reads" });
  await page.getByRole("button", { name: "Paused · 1 new" }).waitFor();
  await page.mouse.move(300, 300);
  await page.locator(".line", { hasText: "while one reads" }).waitFor();
  await Bun.sleep(4_500); // The announcer speaks each 4 s.
  expect(await page.locator(".chat > [aria-live=polite]").textContent()).toBe("");
});

test("new lines are announced once in 4 s", async () => {
  const page = await open();
  site.say({ login: "oru", body: "listen" });
  await page.locator(".chat > [aria-live=polite]", { hasText: "says: listen" }).waitFor({ timeout: 10_000 });
});

test("the chat opens in a window of its own, and is brought back", async () => {
  const page = await open();
  const card = await openOptions(page);
  const [popUp] = await Promise.all([
    browser.context.waitForEvent("page"),
    card.getByRole("button", { name: "Open in a window of its own" }).click(),
  ]);
  await popUp.locator(".line", { hasText: "hello" }).first().waitFor();
  expect(new URL(popUp.url()).pathname).toBe(`/popout/${LOGIN}/chat`);
  await popUp.setViewportSize({ width: 400, height: 600 });
  expect((await popUp.locator(".chat-head").boundingBox())!.height).toBe(36);
  await popUp.getByRole("heading", { name: `Chat of ${LOGIN}` }).waitFor();
  await popUp.getByPlaceholder("Send a message").waitFor();
  expect(await accessFaults(popUp)).toEqual([]);
  await page.getByText("Chat is open in another window.").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Bring it back" }).click();
  await page.locator(".line", { hasText: "hello" }).first().waitFor();
  await until("the window to be closed", () => popUp.isClosed());
});

test("a window that is closed brings the chat back by itself", async () => {
  const page = await open();
  const card = await openOptions(page);
  const [popUp] = await Promise.all([
    browser.context.waitForEvent("page"),
    card.getByRole("button", { name: "Open in a window of its own" }).click(),
  ]);
  await page.getByText("Chat is open in another window.").waitFor();
  await popUp.close();
  await page.locator(".line", { hasText: "hello" }).first().waitFor();
});

test("over a picture the chat is lines alone, without a ground, and they go after their time", async () => {
  const page = await browser.context.newPage();
  const address = `${site.url}/embed/${LOGIN}/chat?transparent=1&size=24&fade=600`;
  await page.route("**/framing", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><body style="margin:0;background:rgb(10,160,90)"><iframe title="chat" src="${address}" style="border:0;width:600px;height:300px"></iframe>`,
    }),
  );
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${site.url}/framing`);
    const frame = page.frameLocator("iframe");
    await frame.locator(".line", { hasText: "hello" }).first().waitFor();
    expect(await frame.locator("textarea, header").count()).toBe(0);
    expect(
      await frame
        .locator(".line")
        .first()
        .evaluate((element) => getComputedStyle(element).fontSize),
    ).toBe("24px");
    // The picture behind it is seen: a corner has its colour.
    const corner = await page.screenshot({ clip: { x: 0, y: 0, width: 8, height: 8 } });
    expect(await colourIn(page, corner)).toEqual([10, 160, 90]);
  }
  await page.goto(`${site.url}/embed/${LOGIN}/chat?transparent=1&fade=3`);
  site.say({ login: "oru", body: "short" });
  const short = page.locator(".line", { hasText: "short" });
  await short.waitFor();
  await until("the line to go", async () => (await short.count()) === 0, { withinMs: 15_000 });
});

/** Of the first pixel of a PNG. */
const colourIn = (page: Page, png: Buffer) =>
  page.evaluate(async (data) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const context = new OffscreenCanvas(1, 1).getContext("2d")!;
    context.drawImage(picture, 0, 0);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, png.toString("base64"));
