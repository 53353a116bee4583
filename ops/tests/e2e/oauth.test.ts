// Signing in with an account of a provider in a real browser. The provider is a third-party server on another site.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { startIssuer, type TestIssuer } from "#edge/identity/providers/testing.ts";
import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase } from "#schema/database.ts";
import { register, signIn } from "../support/api.ts";
import { Authenticator } from "../support/authenticator.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let issuer: TestIssuer;
let browser: TestBrowser;
let page: Page;
let recoveryCode = "";

beforeAll(async () => {
  const redirectUris: string[] = [];
  issuer = await startIssuer(redirectUris, "localhost");
  system = await bootSystem({
    actors: 0,
    env: {
      OAUTH_PROVIDERS: "home",
      OAUTH_HOME_LABEL: "Home",
      OAUTH_HOME_ISSUER: issuer.issuer,
      OAUTH_HOME_CLIENT_ID: issuer.clientId,
      OAUTH_HOME_CLIENT_SECRET: issuer.clientSecret,
      OAUTH_INTERNAL_ADDRESSES: "on",
    },
  });
  redirectUris.push(`${system.url}/api/v1/auth/oauth/home/callback`);
  for (const [id, name] of [
    ["grace", "Grace Hopper"],
    ["ada-there", "Ada L."],
  ] as const)
    issuer.people.set(id, { email: `${id}@example.org`, email_verified: true, name, preferred_username: id });
  browser = await openBrowser();
  page = await browser.open(system.url);
});

afterAll(async () => {
  await browser?.close();
  issuer?.close();
  await system?.stop();
});

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const panel = (heading: string) =>
  page.locator("section.panel").filter({ has: page.getByRole("heading", { name: heading, exact: true }) });
const at = (path: string) => page.waitForURL((url) => url.origin === system.url && url.pathname === path);
const signedInAs = (name: string) => button(`Account of ${name}`).waitFor();

async function toTheProvider(path = "/login") {
  await page.goto(system.url + path);
  await page.getByRole("link", { name: /^Sign (in|up) with Home$/ }).click();
}

/** Signs in at the provider and gives consent. */
async function consent(login: string) {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("any will do");
  await button("Sign-in").click();
  await button("Continue").click();
}

async function signOut() {
  await button(/^Account of/).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
}

/** Signs the browser out at the provider only. */
const forgetProvider = () => browser.context.clearCookies({ domain: "localhost" });

test("after consent the user is signed in with a new account, on the page they came from", async () => {
  await toTheProvider("/login?next=/settings/security");
  await consent("grace");
  await at("/settings/security");
  await signedInAs("grace");
  await panel("Linked accounts").getByText("Grace Hopper").waitFor();
  expect(page.url()).toBe(`${system.url}/settings/security`);
});

test("the only sign-in method cannot be removed", async () => {
  await button("Unlink Home").click();
  const dialog = page.getByRole("dialog");
  await button("Unlink", dialog).click();
  await dialog.getByText("set a password first").waitFor();
  await button("Cancel", dialog).click();
});

test("the next sign-in reaches the same account without a question by the provider", async () => {
  const other = await browser.open(system.url);
  await other.getByRole("button", { name: "Account of grace" }).waitFor();
  await signOut();
  await other.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor(); // The other tab notices it too.
  await other.close();
  await toTheProvider("/register");
  await at("/");
  await signedInAs("grace");
  expect(await page.getByText("Confirm your e-mail address").count()).toBe(0);
  await signOut();
});

test("a suspended user reads the reason and the end, and neither is in an address", async () => {
  const { databaseUrl } = findRunning(system.data);
  const { sql, close } = connectDatabase({ url: databaseUrl, applicationName: "test", connectionsMax: 1 });
  await sql`
    UPDATE users SET suspended_at = now(), suspended_until = '2031-02-03T12:00:00Z', suspension_reason = 'selling bad things'
    WHERE login = 'grace'`;
  await toTheProvider();
  await at("/login");
  const alert = page.getByRole("alert");
  await alert.getByText(/suspended until .*2031.*Reason: selling bad things/).waitFor();
  expect(page.url()).toBe(`${system.url}/login`);
  await sql`UPDATE users SET suspended_at = NULL, suspended_until = NULL, suspension_reason = NULL WHERE login = 'grace'`;
  await close();
});

test("a refused consent is shown on the sign-in page once", async () => {
  await forgetProvider();
  await toTheProvider();
  await page.getByRole("link", { name: "Cancel" }).click();
  await at("/login");
  await page.getByRole("alert").getByText("You cancelled").waitFor();
  expect(page.url()).toBe(`${system.url}/login`);
  await page.reload();
  await page.getByRole("heading", { name: "Welcome back" }).waitFor();
  expect(await page.getByText("You cancelled").count()).toBe(0);
});

test("an account with a password is linked, signed in to by the provider, and unlinked", async () => {
  const ada = await register(system.url, { login: "ada" });
  const wasPassword = ada.password;
  await page.goto(`${system.url}/login?next=/settings/security`);
  await page.getByLabel("Name or e-mail", { exact: true }).fill(ada.login);
  await page.getByLabel("Password", { exact: true }).fill(ada.password);
  await button("Sign in").click();
  // Registered on another device, with an unconfirmed address.
  await page.getByText("Confirm your e-mail address").waitFor();
  const elsewhere = button(/^Sign out Bun/);
  await elsewhere.waitFor();
  ada.password = "another four words here";
  await page.getByLabel("Current password", { exact: true }).fill(wasPassword);
  await page.getByLabel("New password", { exact: true }).fill(ada.password);
  await button("Change password").click();
  await elsewhere.waitFor({ state: "detached" });
  await signIn(system.url, ada);
  await page.reload();
  await elsewhere.waitFor();
  await button("Sign out all others…").click();
  await button("Sign out the others", page.getByRole("dialog")).click();
  await elsewhere.waitFor({ state: "detached" });
  await button("Link Home").click();
  await consent("ada-there");
  await at("/settings/security");
  await panel("Linked accounts").getByText("Linked. You can sign in with it").waitFor();
  await panel("Linked accounts").getByText("Ada L.").waitFor();

  await signOut();
  await toTheProvider("/login?next=/settings/security");
  await at("/settings/security");
  await signedInAs("ada");

  await button("Unlink Home").click();
  await button("Unlink", page.getByRole("dialog")).click();
  await page.getByText("Home is unlinked.").waitFor();
  await button("Link Home").waitFor();
});

test("a provider account that is linked to another user is not linked again", async () => {
  await forgetProvider();
  await button("Link Home").click();
  await consent("grace");
  await at("/settings/security");
  await panel("Linked accounts").getByText("already linked to another account").waitFor();
  await signOut();
});

test("two-factor is required after the provider too", async () => {
  await toTheProvider("/login?next=/settings/security");
  await at("/settings/security");
  const box = panel("Two-factor sign-in");
  await button("Turn on", box).click();
  const app = new Authenticator((await box.locator(".secret code").textContent()) ?? "");
  const code = await app.nextCode();
  await box.getByLabel("Code from your app").fill(code);
  await button("Turn on", box).click();
  recoveryCode = (await box.locator(".codes li").first().textContent()) ?? "";
  await signOut();

  await toTheProvider("/login?next=/settings/security");
  await page.getByRole("heading", { name: "Two-factor sign-in" }).waitFor();
  await page.goto(system.url);
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).waitFor();
  await toTheProvider("/login?next=/settings/security");
  await page.getByLabel("Code from your app").fill(code);
  await button("Sign in").click();
  await page.getByText("This code is wrong or was already used.").waitFor();
  await button("Use a recovery code").click();
  await page.getByLabel("Recovery code").fill(recoveryCode);
  await button("Sign in").click();
  await at("/settings/security");
  await signedInAs("grace");
});

test("no page violated its Content Security Policy or threw an error", () => {
  expect(browser.faults.filter((fault) => /Content Security Policy|Uncaught|TypeError/.test(fault))).toEqual([]);
});
