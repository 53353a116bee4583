// The chat's face over a made-up room: lines, the card of a person, the composer with its lists, and what it says when one may not write.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { accessFaults } from "../support/accessible.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type MadeUpChannel, onAir, serveMadeUpChannel } from "../support/made-up-channel.ts";
import { until } from "../support/until.ts";

const LOGIN = "tidewalker";
const NILA = { id: "nila", login: "nila", displayName: "nila" };

let site: MadeUpChannel;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  [site, browser] = await Promise.all([serveMadeUpChannel(), openBrowser({ width: 1440, height: 900 })]);
  site.say(
    { login: "mossfield", body: "the current is picking up", badges: ["moderator"] },
    { login: "brine", body: "what lens is this?" },
    { login: LOGIN, body: "macro, 60 mm", badges: ["broadcaster"], answers: 2 },
    { login: "kelpforest", body: "see https://live.example/plan" },
    { login: "quickfox", body: `buy followers ${"very cheap ".repeat(12)}` },
    { login: "harborlight", body: "@nila you were right", badges: ["subscriber", "vip", "editor", "admin"] },
  );
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

beforeEach(async () => {
  Object.assign(site, { isAway: false, user: NILA, roles: [], room: DEFAULT_ROOM_SETTINGS, refusal: null, acts: [] });
  site.channel = onAir();
  await page?.close();
  page = await browser.open(`${site.url}/${LOGIN}`);
  await composer().waitFor();
  await line("macro, 60 mm").waitFor();
});

const composer = () => page.getByRole("textbox", { name: "Your message" });
const line = (text: string) => page.locator(".line", { hasText: text });
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const note = (text: string) => page.locator(".composer-note", { hasText: text });
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const focused = () =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at?.getAttribute("aria-label") ?? at?.textContent;
  });

test("a line has its badges, the most important first, and the line that it answers", async () => {
  const badges = await line("@nila you").locator(".role-badge").all();
  expect(await Promise.all(badges.map((badge) => badge.getAttribute("aria-label")))).toEqual([
    "Staff",
    "Editor",
    "VIP",
  ]);
  expect(await line("macro, 60 mm").locator(".line-quote").textContent()).toBe(
    "Reply to \u2068brine\u2069: what lens is this?",
  );
  expect(await line("@nila you").evaluate((element) => getComputedStyle(element).boxShadow)).toContain(
    "3px 0px 0px 0px",
  );
  expect(await accessFaults(page)).toEqual([]);
});

test("a name opens the card of the person; Escape goes back to the name", async () => {
  await line("@nila you").getByRole("button", { name: "harborlight", exact: true }).click();
  const card = page.getByRole("dialog", { name: "harborlight" });
  await card.getByText("you were right").waitFor();
  expect(await card.getByRole("button").allTextContents()).toEqual(["Reply", "Block", "Report"]);
  expect(await accessFaults(page)).toEqual([]);
  await press("Escape");
  expect(await focused()).toBe("harborlight");
  await press("Enter");
  await card.getByRole("button", { name: "Block" }).click();
  await page.getByText("You no longer see messages from").waitFor();
  expect(site.acts).toEqual(["PUT /me/blocks/harborlight"]);
  expect(await line("@nila you").count()).toBe(0);
});

test("the channel's owner makes a moderator by the card, with Undo", async () => {
  site.roles = ["broadcaster"];
  await page.reload();
  await line("what lens is this?").first().getByRole("button", { name: "brine", exact: true }).click();
  await button("Make moderator").click();
  await page.getByText("is a moderator now.").waitFor();
  await button("Undo").click();
  await page.getByText("is not a moderator any more.").waitFor();
  const path = `/channels/${LOGIN}/moderators/brine`;
  expect(site.acts).toEqual([`PUT ${path}`, `DELETE ${path}`]);
});

test("what is open holds its line while others come, and lets them go when it is closed", async () => {
  await line("macro, 60 mm").hover();
  await line("macro, 60 mm")
    .getByRole("button", { name: /Actions$/ })
    .click();
  await page.getByRole("menuitem", { name: "Reply" }).waitFor();
  const before = await line("macro, 60 mm").boundingBox();
  site.say(...Array.from({ length: 30 }, (_, n) => ({ login: "oru", body: `another ${n}` })));
  await button("Paused · 30 new").waitFor();
  expect(await line("macro, 60 mm").boundingBox()).toEqual(before);
  await page.mouse.click(300, 300);
  await line("another 29").waitFor();
  expect(await page.locator(".chat-jump").count()).toBe(0);
});

test("arrow keys walk through the lines and what they have to press; the list stands still meanwhile", async () => {
  await page.getByRole("log").focus();
  await press("ArrowUp");
  const last = await focused();
  expect(last).toContain("Actions");
  site.say({ login: "oru", body: "one more" });
  await button("Paused · 1 new").waitFor();
  expect(await focused()).toBe(last);
  await press("ArrowLeft");
  expect(await focused()).toBe(last!.split(":")[0]!);
  await press("Escape");
  expect(await focused()).toBe("Messages");
  await press("Tab", "Tab");
  expect(await focused()).toBe("Your message");
});

test("an answer says what it answers, until Escape; its line says so too", async () => {
  const reply = async () => {
    await line("what lens is this?").first().hover();
    await line("what lens is this?")
      .first()
      .getByRole("button", { name: /Actions$/ })
      .click();
    await page.getByRole("menuitem", { name: "Reply" }).click();
    await page.locator(".composer-answering", { hasText: "what lens is this?" }).waitFor();
    await until("the focus in the composer", async () => (await focused()) === "Your message");
  };
  await reply();
  expect(await accessFaults(page)).toEqual([]);
  await press("Escape");
  expect(await page.locator(".composer-answering").count()).toBe(0);
  await reply();
  await page.keyboard.type("a fisheye");
  await press("Enter");
  await line("a fisheye").locator(".line-quote", { hasText: "what lens is this?" }).waitFor();
});

test("@ and / open lists; Tab accepts only while a list is open, and leaves the field else", async () => {
  await composer().focus();
  await page.keyboard.type("hello @KE");
  await page.getByRole("option", { name: "@kelpforest" }).waitFor();
  expect(await composer().getAttribute("aria-activedescendant")).toBe("composer-offer-0");
  expect(await accessFaults(page)).toEqual([]);
  await press("Tab");
  expect(await composer().inputValue()).toBe("hello @kelpforest ");
  expect(await page.getByRole("listbox").count()).toBe(0);
  await press("Tab");
  expect(await focused()).not.toBe("Your message");
  await composer().fill("");
  await composer().pressSequentially("/");
  expect(await page.getByRole("option").allTextContents()).toEqual([
    "/metextsay what you do",
    "/blocknamehide their messages",
    "/unblocknameshow them again",
    "/colorcolourcolour of your name: #rrggbb, or a name such as teal",
  ]);
  await press("ArrowDown", "Enter");
  expect(await composer().inputValue()).toBe("/block ");
  await page.keyboard.type("@qui");
  await press("Enter", "Enter");
  await page.getByText("You no longer see messages from").waitFor();
  expect(site.acts).toEqual(["PUT /me/blocks/quickfox"]);
  expect(await composer().inputValue()).toBe("");
  // Escape closes the list and keeps the text; no list opens for emotes while there are none.
  await page.keyboard.type("/m");
  await page.getByRole("listbox").waitFor();
  await press("Escape");
  expect(await page.getByRole("listbox").count()).toBe(0);
  await composer().fill("so :wave");
  await composer().press("End");
  expect(await page.getByRole("listbox").count()).toBe(0);
});

test("a command that there is not, or without its name, is said, and the text stays", async () => {
  await composer().fill("/dance quickfox");
  await press("Enter");
  await note("There is no command /dance.").waitFor();
  expect(await composer().inputValue()).toBe("/dance quickfox");
  await composer().fill("/block");
  await press("Enter");
  await note("Write /block and a name.").waitFor();
  await composer().fill("/me waves");
  await press("Enter");
  await page.locator(".line-action", { hasText: "waves" }).waitFor();
  expect(site.acts).toEqual([]);
});

test("Enter sends, Shift and Enter does not, arrow up recalls, and from 400 on what is left is counted", async () => {
  await composer().fill("first");
  await press("Enter");
  await line("first").waitFor();
  await composer().fill("second");
  await press("Shift+Enter");
  expect(await composer().inputValue()).toBe("second");
  await press("Enter", "ArrowUp", "ArrowUp");
  expect(await composer().inputValue()).toBe("first");
  await press("ArrowDown", "ArrowDown");
  expect(await composer().inputValue()).toBe("");
  await composer().fill("x".repeat(399));
  expect(await page.locator(".counter").count()).toBe(0);
  await composer().fill("x".repeat(501));
  expect(await page.locator(".counter.over").textContent()).toBe("-1");
  expect(await button("Send").isDisabled()).toBe(true);
  const rows = await composer().evaluate((field) => field.clientHeight / 20);
  expect(rows).toBeGreaterThan(4);
  expect(rows).toBeLessThan(5);
});

test("what is refused comes back; slow mode counts down in the button, and nothing moves", async () => {
  const top = async () => (await page.locator(".composer-box").boundingBox())!.y;
  const before = await top();
  site.refusal = { code: "slow_mode", retryAfterMs: 3_000 };
  await composer().fill("too fast");
  await press("Enter");
  await note("Slow mode: you can write again in 3 s.").waitFor();
  expect(await composer().inputValue()).toBe("too fast");
  expect(await button(/^Send in [123] s$/).isDisabled()).toBe(true);
  expect(await top()).toBe(before);
  expect(await accessFaults(page)).toEqual([]);
  site.refusal = null;
  await until("the button to be free", () => button("Send").isEnabled());
  await press("Enter");
  await line("too fast").waitFor();
  site.refusal = { code: "timed_out", retryAfterMs: 540_000 };
  await composer().fill("hello");
  await press("Enter");
  await note("You are timed out for 9 min. You can read.").waitFor();
  site.refusal = { code: "followers_only" };
  await page.reload();
  await composer().fill("hello");
  await until("the room", () => button("Send").isEnabled());
  await press("Enter");
  await note("Only followers can write here right now.").getByRole("button", { name: "Follow" }).click();
  await until("the way out", () => site.acts.includes(`PUT /me/follows/${LOGIN}`));
  // By the id that programs of others know.
  await until("the row to be empty", async () => (await page.locator("#composer-said").textContent()) === "");
});

test("a guest sees the composer, and is offered to sign in once they want to write", async () => {
  site.user = null;
  await page.reload();
  const field = page.getByPlaceholder("Sign in to send a message");
  await field.waitFor();
  const offer = page.locator(".composer").getByRole("link", { name: "Sign in" });
  expect(await offer.count()).toBe(0);
  await field.focus();
  expect(await offer.getAttribute("href")).toBe(`/login?next=%2F${LOGIN}`);
  expect(await accessFaults(page)).toEqual([]);
  await press("Tab");
  expect(await focused()).toBe("Sign in");
  await page.getByRole("log").focus();
  expect(await offer.count()).toBe(0);
});

test("a text that is not sent yet is there again after another page", async () => {
  await composer().fill("not sent yet");
  await page.getByRole("banner").getByRole("link", { name: "Browse" }).click();
  await page.getByRole("heading", { name: "Categories" }).first().waitFor();
  await page.goBack();
  await until("the text", async () => (await composer().inputValue()) === "not sent yet");
  await composer().fill("");
});

test("a lost connection is said in the row above the composer, and nothing moves", async () => {
  const top = async () => (await page.locator(".composer-box").boundingBox())!.y;
  const before = await top();
  site.isAway = true;
  site.cut();
  await note("Reconnecting to chat. Your text is kept.").waitFor();
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
  expect(await accessFaults(page)).toEqual([]);
  site.isAway = false;
  await until("the room", async () => (await page.locator(".composer-note").textContent())?.trim() === "", {
    withinMs: 30_000,
  });
});

test("a removed line keeps its height and says so", async () => {
  site.say(
    { login: "quickfox", body: `buy followers ${"very cheap ".repeat(12)}` },
    { login: "oru", body: "the last" },
  );
  await line("the last").waitFor();
  const spam = line("very cheap").last();
  const seq = Number(await spam.getAttribute("data-seq"));
  const before = await spam.boundingBox();
  site.remove(seq);
  await page.getByText("was removed").waitFor();
  const removed = page.locator(`[data-seq="${seq}"]`);
  expect(await removed.textContent()).toContain("quickfox");
  expect((await removed.boundingBox())!.height).toBe(before!.height);
});

test("the pages log no error", () => {
  expect(browser.faults.filter((fault) => !/40[14]|503|WebSocket/.test(fault))).toEqual([]);
});
