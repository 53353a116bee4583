// The life of an account in a real browser: sign-up, confirmation by e-mail, two-factor, use, deletion.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { accessFaults } from "../support/accessible.ts";
import { call, register, signIn } from "../support/api.ts";
import { Authenticator } from "../support/authenticator.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { ChatClient } from "../support/chat-client.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const LOGIN = "walker_1";
const EMAIL = "walker@example.org";
const PASSWORD = "four words in a row";

let system: TestSystem;
let browser: TestBrowser;
let page: Page;
let streamer: string;
let app: Authenticator;
let recoveryCodes: string[] = [];

beforeAll(async () => {
  system = await bootSystem();
  browser = await openBrowser();
  streamer = (await register(system.url)).login;
  page = await browser.open(system.url);
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

const label = (text: string | RegExp) => page.getByLabel(text, { exact: typeof text === "string" });
const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const path = () => new URL(page.url()).pathname;
const at = (wanted: string) => until(`the page ${wanted}`, () => path() === wanted);
const panel = (heading: string) =>
  page.locator("section.panel").filter({ has: page.getByRole("heading", { name: heading }) });

/** Link of the last e-mail of a kind, from the log, because there is no mail server. */
const emailLink = (kind: "verify" | "reset") =>
  until(`an e-mail with a link to ${kind}`, () =>
    system
      .logs("edge-1")
      .match(new RegExp(`/${kind}\\?token=[A-Za-z0-9_-]{43}`, "g"))
      ?.at(-1),
  );

test("reserved and taken names are reported while typing, and signing up sends the e-mails", async () => {
  await page.getByRole("link", { name: "Sign up" }).click();
  await label("Name").fill("admin");
  await page.getByText("This name is reserved").waitFor();
  await label("Name").fill(streamer);
  await page.getByText("This name is taken").waitFor();
  await label("Name").fill(LOGIN);
  await label("E-mail").fill(EMAIL);
  await label("Password").fill("short");
  await button("Sign up").click();
  await page.getByText("At least 10 characters").waitFor();
  expect(await label("Password").evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await accessFaults(page)).toEqual([]);
  // An error that only the server can find is shown at its field.
  await label("Password").fill("1234567890");
  await button("Sign up").click();
  await page.locator("#password-error", { hasText: "common" }).waitFor();
  await label("Password").fill(PASSWORD);
  await label("E-mail").fill(`${streamer}@example.org`);
  await button("Sign up").click();
  await page.locator("#email-error", { hasText: "An account with this e-mail address already exists." }).waitFor();
  await label("E-mail").fill(EMAIL);
  await label("Password").fill(PASSWORD);
  await button("Sign up").click();
  await page.getByRole("heading", { name: "Check your inbox" }).waitFor();
  await page.getByText(EMAIL).waitFor();
});

test("the link of the e-mail confirms the address, and its token does not stay in the address bar", async () => {
  const opened = await browser.open(system.url + (await emailLink("verify")));
  await opened.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
  expect(opened.url()).toBe(`${system.url}/verify`);
  await opened.close();
  await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor(); // The waiting page notices it too.
});

test("two-factor is turned on with a code of the app, and the recovery codes are shown once", async () => {
  await page.goto(`${system.url}/settings/security`);
  const box = panel("Two-factor sign-in");
  await button("Turn on", box).click();
  await box.getByRole("img", { name: /QR code/ }).waitFor();
  app = new Authenticator((await box.locator(".secret code").textContent()) ?? "");
  await box.getByLabel("Code from your app").fill("000000");
  await button("Turn on", box).click();
  await box.getByText("This code is wrong").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await box.getByLabel("Code from your app").fill(await app.nextCode());
  await button("Turn on", box).click();
  await box.getByRole("heading", { name: "Save these recovery codes" }).waitFor();
  expect(await box.locator(".codes li").count()).toBeGreaterThanOrEqual(8);
  recoveryCodes = await box.locator(".codes li").allTextContents();
  expect(await accessFaults(page)).toEqual([]);
  await box.getByLabel("I have saved them").check();
  await button("Done", box).click();
  await box.getByText("Two-factor sign-in is on.").waitFor();
  expect(await box.locator(".codes").count()).toBe(0);
});

test("a user who was signed out on a private page returns to it after signing in by password and code", async () => {
  await button(/^Account of/).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await at("/");
  await page.goto(`${system.url}/settings/security`);
  await at("/login");
  await label("Name or e-mail").fill(EMAIL);
  await label("Password").fill("not the password");
  await button("Sign in").click();
  await page.getByText("Wrong name or password.").waitFor();
  await label("Password").fill(PASSWORD);
  await button("Sign in").click();
  await page.getByRole("heading", { name: "Two-factor sign-in" }).waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await label("Code from your app").fill(await app.nextCode());
  await button("Sign in").click();
  await at("/settings/security");
});

test("another device is listed and can be signed out", async () => {
  // The code of this half minute is used up, so the next one is needed.
  const otp = await app.nextCode();
  const other = await fetch(`${system.url}/api/v1/auth/login`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
    },
    body: JSON.stringify({ login: LOGIN, password: PASSWORD, otp }),
  });
  expect(other.status).toBe(200);
  const { accessToken } = (await other.json()) as { accessToken: string };
  await page.reload();
  const box = panel("Devices");
  await box.getByText("This device").waitFor();
  await button("Sign out Firefox on Linux", box).click();
  await box.getByText("Firefox on Linux is signed out.").waitFor();
  const me = () => fetch(`${system.url}/api/v1/me`, { headers: { authorization: `Bearer ${accessToken}` } });
  await until("its token to be void", async () => (await me()).status === 401, { withinMs: 5_000 });
});

test("a device signed out elsewhere leads to the sign-in page, by recovery code too, and back", async () => {
  await page.goto(`${system.url}/settings`);
  await page.getByRole("heading", { name: "Your data" }).waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await page.evaluate(() => fetch("/api/v1/auth/logout", { method: "POST" }));
  await page.getByRole("link", { name: "Security" }).click();
  await at("/login");
  await page.getByText("You were signed out. Sign in and go on; nothing is lost.").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await label("Name or e-mail").fill(LOGIN);
  await label("Password").fill(PASSWORD);
  await button("Sign in").click();
  await button("Use a recovery code").click();
  await label("Recovery code").fill(recoveryCodes[0] ?? "");
  await button("Sign in").click();
  await at("/settings/security");
  await page.getByText("9 recovery codes are left").waitFor();
});

test("going away from changes that are not saved asks: one can stay, discard them, or save them", async () => {
  await page.goto(`${system.url}/settings/security`);
  await page.getByRole("link", { name: "Account", exact: true }).click();
  await label("Display name").fill("Walker the first");
  await page.getByRole("link", { name: "Security" }).click();
  const question = page.getByRole("dialog", { name: "You have changes that are not saved" });
  await question.waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  expect([path(), await label("Display name").inputValue()]).toEqual(["/settings", "Walker the first"]);
  // The browser's own button, which has gone already when the page hears of it.
  await page.evaluate(() => history.back());
  await button("Discard", question).click();
  await at("/settings/security");
  await page.goto(`${system.url}/settings`);
  expect(await label("Display name").inputValue()).toBe(LOGIN);
  await label("Display name").fill("Walker the second");
  await page.getByRole("combobox").first().fill("somebody");
  await page.keyboard.press("Enter");
  await button("Save", question).click();
  await at("/search");
  await button("Account of Walker the second").waitFor();
  await page.goto(`${system.url}/settings`);
  // A change that asks for a password cannot be saved from the question.
  await label("New address").fill("other@example.org");
  await page.getByRole("link", { name: "Security" }).click();
  await question.waitFor();
  expect(await button("Save", question).count()).toBe(0);
  await button("Discard", question).click();
  await at("/settings/security");
});

test("a personal access token is shown once, has only the chosen scopes, and is void after its deletion", async () => {
  await page.getByRole("link", { name: "Tokens" }).click();
  await button("New token").click();
  await label("Name").fill("my bot");
  await label(/See which channels you follow/).check();
  expect(await accessFaults(page)).toEqual([]);
  await button("Create the token").click();
  const token = await label("Token").inputValue();
  expect(await call(`${system.url}/api/v1/me/follows`, { token })).toMatchObject({ items: [] });
  await expect(call(`${system.url}/api/v1/me`, { token })).rejects.toThrow(/insufficient_scope/);
  await button("I have copied it").click();
  expect(await page.locator("body").textContent()).not.toContain(token);
  await button("Delete the token my bot").click();
  await button("Delete", page.getByRole("dialog")).click();
  await page.getByText("my bot is deleted.").waitFor();
  await until("the token to be void", () =>
    call(`${system.url}/api/v1/me/follows`, { token }).then(
      () => false,
      () => true,
    ),
  );
});

test("a followed channel is on the home page and can be reported, and unfollowing can be undone", async () => {
  // What the page has asked before the press is answered after it.
  const asked = /\/api\/v1\/me\/follows\/[^/?]+$/;
  let answered = 0;
  await page.route(asked, async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const response = await route.fetch();
    await Bun.sleep(1_500);
    await route.fulfill({ response });
    answered++;
  });
  await page.goto(`${system.url}/${streamer}`);
  const below = page.locator(".meta"); // Off air the stage offers it too.
  await button(`Follow ${streamer}`, below).click();
  await until("the late answers", () => answered >= 2);
  await page.unroute(asked);
  await button(`Following ${streamer}`, below).waitFor();
  await below.getByText("1 follower").waitFor();
  await button("More", below).click();
  await page.getByRole("menuitem", { name: `Report the channel of ${streamer}` }).click();
  const dialog = page.getByRole("dialog");
  await button("Send report", dialog).click();
  await dialog.getByText("Choose what is wrong.").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await dialog.getByLabel("What is wrong?").selectOption("spam");
  await button("Send report", dialog).click();
  await dialog.getByRole("heading", { name: "Thank you" }).waitFor();
  await button("Close", dialog).click();
  await page.goto(system.url);
  const followed = page.getByRole("region", { name: "None of the channels you follow is live." });
  await followed.getByText(streamer).waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Following" }).click();
  await button(`Unfollow ${streamer}`).click();
  await page.keyboard.press("Enter"); // Undo has the focus.
  await button(`Unfollow ${streamer}`).waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await button(`Unfollow ${streamer}`).click();
  await button(`Undo: follow ${streamer} again`).waitFor();
  await page.reload();
  await page.getByText("You follow nobody yet.").waitFor();
});

test("`/` leads to the search, which leads to a channel by arrow and Enter, and else to its results", async () => {
  await page.goto(system.url);
  await button(/^Account of /).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(streamer.toUpperCase());
  await page.getByRole("option", { name: streamer }).first().waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await at(`/${streamer}`);
  await page.keyboard.press("/");
  await page.keyboard.type("nobody is called this");
  await page.keyboard.press("Enter");
  await at("/search");
  await page.getByText("Nothing is found for").waitFor();
  expect(await accessFaults(page)).toEqual([]);
  await page.getByRole("link", { name: "Browse categories" }).click();
  await page.getByRole("link", { name: "Chess" }).click();
  await at("/categories/chess");
  await page.getByText("Nobody is live in Chess right now.").waitFor();
  expect(await accessFaults(page)).toEqual([]);
});

test("lines of a blocked user disappear from chat, and return after unblocking", async () => {
  const other = await register(system.url);
  const chat = await ChatClient.join({ url: system.url, channel: streamer, token: other.accessToken });
  await page.goto(`${system.url}/${streamer}`);
  await chat.say("something unpleasant");
  const line = page.locator(".line", { hasText: "something unpleasant" });
  await line.hover();
  await line.getByRole("button", { name: /Actions$/ }).click();
  await page.getByRole("menuitem", { name: `Block ${other.login}` }).click();
  await page.getByText("You no longer see messages from").waitFor();
  expect(await line.count()).toBe(0);
  await button("Undo").click();
  await line.waitFor();
  await chat.leave();
});

test("a user signed out elsewhere is told so, keeps reading chat as a guest, and can chat again after signing in", async () => {
  const other = await register(system.url);
  const chat = await ChatClient.join({ url: system.url, channel: streamer, token: other.accessToken });
  await page.goto(`${system.url}/${streamer}`);
  await page.getByPlaceholder("Send a message").waitFor();
  await page.evaluate(() => fetch("/api/v1/auth/logout", { method: "POST" }));
  const prompt = page.locator(".composer-out");
  await prompt.getByText("You were signed out. Sign in and go on; nothing is lost.").waitFor({ timeout: 10_000 });
  expect(await accessFaults(page)).toEqual([]);
  await chat.say("still to be read");
  await page.locator(".line", { hasText: "still to be read" }).waitFor();
  await prompt.getByRole("link", { name: "Sign in" }).click();
  await label("Name or e-mail").fill(LOGIN);
  await label("Password").fill(PASSWORD);
  await button("Sign in").click();
  await button("Use a recovery code").click();
  await label("Recovery code").fill(recoveryCodes[1] ?? "");
  await button("Sign in").click();
  await at(`/${streamer}`);
  await page.getByPlaceholder("Send a message").fill("back again");
  await button("Send").click();
  await page.locator(".line", { hasText: "back again" }).waitFor();
  await chat.leave();
});

test("a forgotten password is reset by the link of an e-mail, which signs all devices out", async () => {
  const forgetful = await register(system.url);
  const tab = await browser.open(`${system.url}/forgot`);
  await tab.getByLabel("E-mail").fill(`${forgetful.login}@example.org`);
  await tab.getByRole("button", { name: "Send the link" }).click();
  await tab.getByRole("heading", { name: "Check your inbox" }).waitFor();
  await tab.goto(system.url + (await emailLink("reset")));
  await tab.getByLabel("New password", { exact: true }).fill("another four words here");
  await tab.getByRole("button", { name: "Change password" }).click();
  await tab.getByRole("heading", { name: "Your password is changed" }).waitFor();
  expect(tab.url()).toBe(`${system.url}/reset`);
  await tab.close();
  await expect(signIn(system.url, forgetful)).rejects.toThrow(/401/);
  expect((await signIn(system.url, { ...forgetful, password: "another four words here" })).id).toBe(forgetful.id);
});

test("only its owner can delete the account, and no secret stays in the browser or the log", async () => {
  await page.goto(`${system.url}/settings`);
  if (path() === "/login") throw new Error("the browser was signed out");
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toMatch(/eyJ|token|secret|password/i);
  await button("Delete my account…").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/type your login/).fill("somebody");
  await button("Delete for good", dialog).click();
  await dialog.getByText(`Type ${LOGIN} to continue.`).waitFor();
  await dialog.getByLabel(/type your login/).fill(LOGIN);
  await button("Delete for good", dialog).click();
  await page.getByRole("link", { name: "Sign up" }).waitFor();
  await at("/");
  await until(
    "the channel to be gone",
    async () => (await fetch(`${system.url}/api/v1/channels/${LOGIN}`)).status === 404,
  );
  expect(browser.faults.filter((fault) => /Content Security Policy|Uncaught|TypeError/.test(fault))).toEqual([]);
  const logs = system.logs();
  for (const kept of [app.secret, PASSWORD]) expect(logs.includes(kept)).toBe(false);
});
