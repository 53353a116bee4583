// The first hour of a person who knows nothing of the product, by its pages alone: watch, sign up, follow, say something, go live with a
// wrong setting, read what is wrong, mend it, change the title, end.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, call, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const LOGIN = "newcomer_1";
const WITHIN_MS = 15_000;
/** A keyframe each 10 s, as FFmpeg makes them if nobody tells it otherwise. */
const RARE_KEYFRAMES =
  "-vf scale=320:180 -r 15 -c:v libx264 -preset ultrafast -tune zerolatency -g 150 -keyint_min 150 -sc_threshold 0 -b:v 300k -pix_fmt yuv420p -c:a aac -b:a 64k";

let system: TestSystem;
let browser: TestBrowser;
let page: Page;
let streamer: Account;
let streamKey = "";
const running: Publisher[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([bootSystem({ env: { LADDER: "none" } }), openBrowser()]);
  browser.context.setDefaultTimeout(patient(WITHIN_MS));
  streamer = await register(system.url);
  const { streamKey: key } = await makeStreamKey(system.url, streamer);
  running.push(await startPublisher({ server: system.rtmpUrl, key }));
  const channel = `${system.url}/api/v1/channels/${streamer.login}`;
  await call(channel, { method: "PATCH", token: streamer.accessToken, body: { title: "Night dive" } });
  await until("somebody live", async () => (await call<{ live: unknown }>(channel)).live, { withinMs: WITHIN_MS });
}, patient(60_000));

afterAll(async () => {
  for (const each of running) await each.kill();
  await browser?.close();
  await system?.stop();
});

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const label = (name: string) => page.getByLabel(name, { exact: true });

async function publish(encode?: string) {
  const words = encode ? { encode: encode.split(" ") } : {};
  running.push(await startPublisher({ server: system.rtmpUrl, key: streamKey, ...words }));
}

test(
  "who is live is one press away, and the wish to follow outlasts signing up",
  async () => {
    page = await browser.open(system.url);
    await page.getByRole("region", { name: "Night dive" }).getByRole("link", { name: "Watch", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Night dive" }).waitFor();
    await page
      .locator(".meta")
      .getByRole("button", { name: `Follow ${streamer.login}` })
      .click();
    await page.getByText(`Sign in to follow ${streamer.login}`).waitFor();
    await page.getByRole("link", { name: "Create an account" }).click();
    await label("Name").fill(LOGIN);
    await label("E-mail").fill(`${LOGIN}@example.org`);
    await label("Password").fill("four words in a row");
    await button("Sign up").click();
    await page.getByRole("link", { name: "Continue" }).click();
    await page
      .locator(".meta")
      .getByRole("button", { name: `Following ${streamer.login}` })
      .waitFor();
    await page.getByPlaceholder("Send a message").fill("hello from a newcomer");
    await page.keyboard.press("Enter");
    await page.locator(".line", { hasText: "hello from a newcomer" }).waitFor();
  },
  patient(60_000),
);

test(
  "three steps lead to the first stream, and the key is shown once",
  async () => {
    await page.getByRole("link", { name: "Go live" }).click();
    await page.getByRole("heading", { name: "You have not streamed yet" }).waitFor();
    for (const step of ["Make your stream key", "Set up OBS, or another encoder", "Press Start Streaming"])
      await page.getByRole("heading", { name: step }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(await label("Server").inputValue()).toBe(system.rtmpUrl);
    await button("Create your stream key").click();
    await button("Show").click();
    streamKey = await label("Stream key").inputValue();
    expect(streamKey).toStartWith("live_");
    await page.getByText("It is shown only once.").waitFor();
    expect(await accessFaults(page)).toEqual([]);
  },
  patient(30_000),
);

test(
  "a keyframe interval of 10 s is told with its number and the setting to change, and no longer once it is right",
  async () => {
    await publish(RARE_KEYFRAMES);
    await page.getByRole("heading", { name: "You are live" }).waitFor();
    const advice = page.locator(".advice", { hasText: "Keyframes come too rarely." });
    await advice.waitFor();
    expect(await advice.textContent()).toMatch(/10\.\d seconds.*set Keyframe Interval to 2 s/);
    await page.getByText("One thing needs your attention").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await running.at(-1)!.stop();
    await page.getByRole("heading", { name: "Your encoder is disconnected" }).waitFor();
    await publish();
    await page.getByRole("heading", { name: "You are live" }).waitFor();
    await advice.waitFor({ state: "detached" });
  },
  patient(90_000),
);

test(
  "title and category are changed by keys alone, and viewers see them",
  async () => {
    await page.locator("main").focus();
    await page.keyboard.press("e");
    await until("the title's field", () => label("Title").evaluate((field) => field === document.activeElement));
    await page.keyboard.type("My first stream");
    await page.keyboard.press("Tab");
    await page.keyboard.type("ches");
    await page.getByRole("option", { name: "Chess" }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.press("Escape"); // Closes the list, not the form.
    await page.keyboard.press("Enter");
    await page.getByText("There is no such category.").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter"); // Chooses.
    expect(await page.getByRole("combobox", { name: /^Category/ }).inputValue()).toBe("Chess");
    await page.keyboard.press("Enter"); // Saves.
    await page.getByRole("heading", { level: 2, name: "My first stream" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      "Edit title and category",
    );
    expect(await call(`${system.url}/api/v1/channels/${LOGIN}`)).toMatchObject({
      title: "My first stream",
      category: "Chess",
    });
  },
  patient(30_000),
);

test(
  "ending asks, and then says how it went",
  async () => {
    await button(/^End broadcast/).click();
    await page.getByRole("dialog").getByRole("button", { name: "End broadcast" }).click();
    await page.getByRole("heading", { name: "Your broadcast has ended" }).waitFor();
    const last = page.getByRole("region", { name: "Your last broadcast" });
    await last.getByText("Ended by hand").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(browser.faults.filter((fault) => /Content Security Policy|Uncaught|TypeError/.test(fault))).toEqual([]);
  },
  patient(30_000),
);
