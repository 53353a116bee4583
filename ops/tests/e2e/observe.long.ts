// `npm start -- --observe` in a real browser: plots without containers, nodes that are drained, streams that are ended, errors, and the operator's
// verbs for the same.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase } from "#schema/database.ts";
import { addErrors } from "#schema/queries/operator/error-groups.ts";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { ChatClient } from "../support/chat-client.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let browser: TestBrowser;
let page: Page;
let admin: Account;
let streamer: Account;
let encoder: Publisher;

const operator = (...words: string[]) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync([
    ...[process.execPath, "ops/operator/main.ts", ...words, "--data", system.data],
  ]);
  return { exitCode, text: `${stdout}${stderr}` };
};

beforeAll(async () => {
  [system, browser] = await Promise.all([
    bootSystem({ actors: 2, edges: 2, observe: true, env: { LADDER: "none" } }),
    openBrowser({ width: 1440, height: 900 }),
  ]);
  browser.context.setDefaultTimeout(patient(15_000));
  [admin, streamer] = [await register(system.url), await register(system.url, { login: "tidewalker" })];
  const granted = operator("grant", admin.login, "admin");
  expect(granted.exitCode, granted.text).toBe(0);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  encoder = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  await until("the broadcast", async () => (await getChannel(system.url, streamer.login)).live, { withinMs: 30_000 });
  page = await browser.open(`${system.url}/staff/metrics`);
  await page.getByLabel("Name or e-mail", { exact: true }).fill(admin.login);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}, patient(120_000));

afterAll(async () => {
  await encoder?.kill();
  await browser?.close();
  await system?.stop();
});

const section = (name: string) => page.getByRole("navigation", { name: "Staff" }).getByRole("link", { name }).click();
/** What a plot says to those who do not see it. */
const sentenceOf = (title: string) =>
  page.getByRole("img", { name: new RegExp(`^${title}`) }).getAttribute("aria-label");

test(
  "twelve plots show what both edges and both nodes do",
  async () => {
    const client = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
    await page.getByText("Asked: edge-1, edge-2, actor-1, actor-2").waitFor();
    expect(await page.getByRole("img").count()).toBe(12);
    await until(
      "the broadcast in its plot",
      async () => /On air: 1 at the end/.test((await sentenceOf("Broadcasts on air")) ?? ""),
      {
        withinMs: 30_000,
      },
    );
    expect(await client.say("hello")).toMatchObject({ type: "said" });
    await until(
      "the message in its plot",
      async () => !/highest 0/.test((await sentenceOf("Messages"))?.split(";")[0] ?? "highest 0"),
      {
        withinMs: 30_000,
      },
    );
    await until("stores in their plot", async () =>
      /PostgreSQL: [\d.]+ ms at the end/.test((await sentenceOf("Stores")) ?? ""),
    );
    expect(await accessFaults(page)).toEqual([]);
    await client.leave();
  },
  patient(90_000),
);

test(
  "one cursor reads all plots, and one range of time is for all",
  async () => {
    const first = page.getByRole("img", { name: /^Viewers/ });
    await first.focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator(".plot-cursor").count()).toBeGreaterThanOrEqual(11);
    // Only the plot that is read speaks.
    const said = await page.locator(".plot [aria-live]").allInnerTexts();
    expect(said.filter((text) => text !== "")).toHaveLength(1);
    await page.getByLabel("Time").selectOption("1 hour");
    await page.getByRole("img", { name: /^Viewers in the last 60 min/ }).waitFor();
    expect(await page.getByRole("img", { name: /in the last 60 min/ }).count()).toBe(12);
  },
  patient(45_000),
);

test(
  "nodes are listed with their load; one is drained from the page, with its progress, and put to work again",
  async () => {
    await section("Nodes");
    const rows = page.getByRole("table", { name: "Actor nodes" }).locator("tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBe(2);
    await page
      .getByText(/\d\.\d\d cores/)
      .first()
      .waitFor();
    expect(await page.getByRole("table", { name: "Edges" }).locator("tbody tr").count()).toBe(2);
    expect(await accessFaults(page)).toEqual([]);
    const owner = rows.filter({ hasText: "1 of" });
    const name = (await owner.locator("strong").textContent()) ?? "";
    await owner.getByRole("button", { name: /^Drain…/ }).click();
    const dialog = page.getByRole("dialog", { name: `Drain ${name}?` });
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Drain", exact: true }).click();
    const drained = rows.filter({ hasText: name });
    await drained.getByText("empty: it can be stopped").waitFor({ timeout: patient(30_000) });
    expect((await getChannel(system.url, streamer.login)).live?.phase).toBe("live");
    await drained.getByRole("button", { name: /^Put to work again/ }).click();
    await drained.getByText("Up", { exact: true }).waitFor();
  },
  patient(90_000),
);

test(
  "a process that does not answer is silent, and a store that is away is a banner",
  async () => {
    const edge = system.pidOf("edge-2");
    process.kill(edge, "SIGSTOP");
    try {
      const row = page.getByRole("table", { name: "Edges" }).locator("tbody tr", { hasText: "edge-2" });
      await row.getByText("Silent").waitFor();
    } finally {
      process.kill(edge, "SIGCONT");
    }
    const redis = system.pidOf("redis");
    process.kill(redis, "SIGSTOP");
    try {
      await page.getByText("Redis does not answer.").waitFor({ timeout: patient(20_000) });
    } finally {
      process.kill(redis, "SIGCONT");
    }
    await page.getByText("Redis does not answer.").waitFor({ state: "detached", timeout: patient(20_000) });
  },
  patient(90_000),
);

test(
  "streams have node and source, and are ended from the page",
  async () => {
    await section("Streams");
    const row = page.getByRole("table", { name: "Broadcasts on air" }).locator("tbody tr");
    await row.getByText("1280 × 720, 30 fps").waitFor();
    expect(await row.textContent()).toMatch(/actor-[12]/);
    expect(await accessFaults(page)).toEqual([]);
    await row.getByRole("button", { name: /^Stop…/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End broadcast" }).click();
    await page.getByText("Nobody is live right now").waitFor({ timeout: patient(20_000) });
    expect((await getChannel(system.url, streamer.login)).live).toBeNull();
  },
  patient(60_000),
);

test(
  "errors are listed with their place, and the same by the operator's verb",
  async () => {
    await section("Errors");
    await page.getByText("No process has logged an error").waitFor();
    const database = connectDatabase({
      url: findRunning(system.data).databaseUrl,
      applicationName: "test",
      connectionsMax: 1,
    });
    const at = new Date();
    await addErrors(database.sql, [
      {
        ...{
          fingerprint: "0".repeat(16),
          level: "error",
          message: "chat socket broke",
          reason: "TypeError: x",
          node: "edge-1",
        },
        ...{ place: "edge/chat/hub.ts join", stack: "TypeError: x\n    at join (edge/chat/hub.ts:1:1)", count: 3 },
        ...{ request: "r-1", trace: null, firstAt: at, lastAt: at },
      },
    ]);
    await database.close();
    await section("Nodes");
    await section("Errors");
    const row = page.getByRole("table", { name: "Errors, the newest first" }).locator("tbody tr");
    await row.getByText("chat socket broke").waitFor();
    await row.getByText("Where in the code").click();
    await row.getByText("at join (edge/chat/hub.ts:1:1)").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    const { exitCode, text } = operator("errors");
    expect(exitCode, text).toBe(0);
    expect(text).toMatch(/3 +error +edge-1 +chat socket broke +TypeError: x +edge\/chat\/hub\.ts join +r-1/);
  },
  patient(45_000),
);

test("the level of a running process's logs is changed by the operator, and comes back by itself", async () => {
  for (const name of ["edge-1", "actor-2"]) {
    const { exitCode, text } = operator("log-level", name, "debug", "--minutes", "5");
    expect(exitCode, text).toBe(0);
    expect(text).toContain(`${name} logs debug and above: for 5 min, then info again`);
    const state = await (await fetch(`${system.internalUrl(name)}/log-level`)).json();
    expect(state).toEqual({ level: "debug", usual: "info" });
    expect(operator("log-level", name, "info").text).toContain("its usual level");
  }
  expect(operator("log-level", "edge-9", "debug").exitCode).toBe(1);
  expect(operator("log-level", "edge-1", "loud").exitCode).toBe(1);
  // Not on the public port.
  expect((await fetch(`${system.url}/log-level`, { method: "POST" })).status).not.toBe(200);
});

test("one id finds a request's lines in the logs of edge and actor node", async () => {
  const newcomer = await register(system.url);
  const traceId = crypto.randomUUID().replaceAll("-", "");
  const ask = (method: string, path: string) =>
    fetch(`${system.url}/api/v1/channels/${newcomer.login}/${path}`, {
      method,
      headers: {
        ...{ authorization: `Bearer ${newcomer.accessToken}`, "content-type": "application/json" },
        traceparent: `00-${traceId}-00000000000000a1-00`,
      },
      ...(method === "POST" && { body: "{}" }),
    });
  // The second one wakes the channel's actor.
  const answers = [await ask("POST", "stream-key"), await ask("GET", "broadcast")];
  for (const { headers } of answers) expect(headers.get("traceparent")).toStartWith(`00-${traceId}-`);
  const linesWith = (name: string) =>
    system
      .logs(name)
      .split("\n")
      .filter((line) => line.includes(traceId));
  const [key] = linesWith("edge-1");
  expect(JSON.parse(key!)).toMatchObject({
    msg: "stream key renewed",
    request: answers[0]!.headers.get("x-request-id"),
  });
  const awake = await until("the actor's line", () => [...linesWith("actor-1"), ...linesWith("actor-2")][0]);
  expect(JSON.parse(awake)).toMatchObject({ msg: "actor awake", trace: traceId });
});

test("the pages log no error", () => {
  expect(browser.faults.filter((fault) => /Content Security Policy|Uncaught|TypeError/.test(fault))).toEqual([]);
});
