// The pages of staff in a real browser: the queue of reports, one case after the other, people, and the log in words.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, call, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { ChatClient } from "../support/chat-client.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let browser: TestBrowser;
let page: Page;
let admin: Account;
let unkind: Account;
let streamer: Account;

beforeAll(async () => {
  [system, browser] = await Promise.all([bootSystem(), openBrowser({ width: 1440, height: 900 })]);
  browser.context.setDefaultTimeout(patient(15_000));
  [admin, unkind, streamer] = [
    await register(system.url),
    await register(system.url, { login: "unkind_1" }),
    await register(system.url),
  ];
  const grant = Bun.spawnSync([
    ...[process.execPath, "ops/operator/main.ts", "grant", admin.login, "admin", "--data", system.data],
  ]);
  expect(grant.exitCode, grant.stderr.toString()).toBe(0);
  const chat = await ChatClient.join({ url: system.url, channel: streamer.login, token: unkind.accessToken });
  const said = await chat.say("you absolute barnacle");
  await chat.leave();
  const report = (body: object) => call(`${system.url}/api/v1/reports`, { token: streamer.accessToken, body });
  await report({ kind: "line", target: (said as { id: string }).id, reason: "harassment", detail: "Every evening." });
  await report({ kind: "user", target: unkind.login, reason: "violence", channel: streamer.login });
}, patient(60_000));

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const queue = () => page.getByRole("list", { name: "Reports" }).getByRole("button");
const focused = () => page.evaluate(() => document.activeElement?.textContent);

async function signIn() {
  await page.getByLabel("Name or e-mail", { exact: true }).fill(admin.login);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await button("Sign in").click();
}

test(
  "a report is upheld with a note, and the next one opens by itself",
  async () => {
    page = await browser.open(`${system.url}/staff`);
    await page.getByText("Sign in to open the pages of staff.").waitFor();
    await signIn();
    await queue().first().waitFor();
    expect(await queue().count()).toBe(2);
    expect(await accessFaults(page)).toEqual([]);
    await queue().first().click();
    const first = page.getByRole("region", { name: "Harassment or bullying" });
    await first.getByText("Every evening.").waitFor();
    await first.getByRole("list", { name: "Messages before and after" }).getByText("you absolute barnacle").waitFor();
    expect(await focused()).toBe("Harassment or bullying");
    expect(await accessFaults(page)).toEqual([]);
    await button("Uphold").click();
    await first.getByText("Describe the decision in a few words.").waitFor();
    await page.getByLabel("Note (staff only)").fill("An insult.");
    await button("Uphold").click();
    await page.getByRole("region", { name: "Violence or threats" }).waitFor();
    expect(await queue().count()).toBe(1);
    await page.getByLabel("Note (staff only)").fill("Nothing of the kind.");
    await button("Dismiss").click();
    await page.getByText("No report waits for an answer").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByLabel("Status").selectOption("resolved");
    await queue().first().click();
    await page.getByText("An insult.").waitFor();
  },
  patient(45_000),
);

test(
  "a person is found by a part of the name, and suspended",
  async () => {
    await page.getByRole("link", { name: "People", exact: true }).click();
    await page.getByRole("searchbox", { name: "Search" }).fill("nobody_like_this");
    await page.getByText("Nobody is found").waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("unkind");
    await page.getByRole("link", { name: unkind.login }).click();
    await button("Suspend the account…").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("For").selectOption("7 days");
    await dialog.getByLabel("Reason (shown to the person)").fill("Insults");
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Suspend", exact: true }).click();
    await dialog.getByText("There was no broadcast to end.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByText(/^The account is suspended until .* Reason: Insults$/).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  },
  patient(45_000),
);

test(
  "the log says in words who did what, and is filtered by action and day",
  async () => {
    await page.getByRole("link", { name: "Log", exact: true }).click();
    const rows = page.getByRole("table", { name: "Actions, the newest first" }).locator("tbody tr");
    await rows.filter({ hasText: `${admin.login} suspended ${unkind.login} user.suspended` }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByLabel("Action").selectOption("Reports");
    await button("Show").click();
    // The report stands in the list before the answer too.
    await until("the filtered list", async () => (await rows.filter({ hasText: "user.suspended" }).count()) === 0);
    await rows.filter({ hasText: `${admin.login} upheld a report` }).waitFor();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel("From").fill(tomorrow);
    await button("Show").click();
    await page.getByText("Nothing like this is in the log.").waitFor();
    expect(browser.faults.filter((fault) => /Content Security Policy|Uncaught|TypeError/.test(fault))).toEqual([]);
  },
  patient(45_000),
);

test(
  "staff pages do not exist for others",
  async () => {
    const other = await openBrowser();
    try {
      const tab = await other.open(`${system.url}/staff/audit`);
      await tab.getByLabel("Name or e-mail", { exact: true }).fill(streamer.login);
      await tab.getByLabel("Password", { exact: true }).fill(streamer.password);
      await tab.getByRole("button", { name: "Sign in", exact: true }).click();
      await tab.getByText("There is nothing at this address.").waitFor();
    } finally {
      await other.close();
    }
  },
  patient(30_000),
);
