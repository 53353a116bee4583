// Emotes in a real browser and a whole system: added in the studio, written by the card and by letters, shown in lines, removed.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";

const folder = mkdtempSync(join(tmpdir(), "emotes-"));
let system: TestSystem;
let browser: TestBrowser;
let page: Page;
let ada: Account;

beforeAll(async () => {
  [system, browser] = await Promise.all([bootSystem({ actors: 1 }), openBrowser({ height: 1_200 })]);
  ada = await register(system.url);
  const wave = { create: { width: 112, height: 112, channels: 4, background: "#e06020" } } as const;
  await sharp(wave).png().toFile(join(folder, "wave.png"));
  const frames = await Promise.all(
    ["#20a060", "#2060e0"].map((background) =>
      sharp({ create: { ...wave.create, background } })
        .png()
        .toBuffer(),
    ),
  );
  await sharp(frames, { join: { animated: true } })
    .gif({ delay: [200, 200], loop: 0 })
    .toFile(join(folder, "party.gif"));
  await Bun.write(join(folder, "text.png"), "no picture");
  page = await browser.open(`${system.url}/login`);
  await page.getByLabel("Name").fill(ada.login);
  await page.getByLabel("Password", { exact: true }).fill(ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${system.url}/`);
}, patient(60_000));

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const panel = () => page.locator("section.panel").filter({ has: page.getByRole("heading", { name: "Emotes" }) });
async function add(code: string, file: string) {
  await panel().getByLabel("Code").fill(code);
  await panel().locator("input[type=file]").setInputFiles(join(folder, file));
  await panel().getByRole("button", { name: "Add the emote" }).click();
}
const say = async (text: string) => {
  await page.locator("#composer").fill(text);
  await page.keyboard.press("Enter");
};

test(
  "in the studio emotes are added, and what is wrong is said in words",
  async () => {
    await page.goto(`${system.url}/dashboard/channel`);
    await panel().getByText("Your chat has no emotes of its own yet.").waitFor();
    await add("Wave", "text.png");
    await panel().getByText("This is neither PNG, GIF nor WebP.").waitFor();
    await add("a b", "wave.png");
    await panel().getByText("3 to 32 letters a–z and A–Z, digits and underscores.").waitFor();
    await add("Wave", "wave.png");
    await panel().getByRole("listitem").filter({ hasText: "Wave" }).waitFor();
    await add("Wave", "party.gif");
    await panel().getByText("There is an emote of this code.").waitFor();
    await add("PartyReef", "party.gif");
    await panel().getByRole("listitem").filter({ hasText: "PartyReef" }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  },
  patient(60_000),
);

test(
  "in the chat a code becomes a picture, by hand, by letters and by the card",
  async () => {
    await page.goto(`${system.url}/${ada.login}`);
    await page.getByPlaceholder("Send a message").waitFor(); // The room is joined.
    await say("so Wave, Wave!");
    await say("hello Wave and wave");
    const line = page.locator(".line", { hasText: "hello" });
    await line.locator("img[alt=Wave]").waitFor();
    expect(await line.locator("img").count()).toBe(1);
    expect(await page.locator(".line", { hasText: "so Wave" }).locator("img").count()).toBe(0);
    await page.locator("#composer").fill("look :par");
    await page.getByRole("option", { name: /PartyReef/ }).click();
    expect(await page.locator("#composer").inputValue()).toBe("look PartyReef ");
    await page.getByRole("button", { name: "Emotes" }).click();
    await page.getByLabel("Find an emote").fill("wa");
    await page.keyboard.press("Enter");
    expect(await page.locator("#composer").inputValue()).toBe("look PartyReef Wave ");
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("#composer").press("Enter");
    const party = page.locator(".line img[alt=PartyReef]");
    await party.waitFor();
    const shown = () => party.evaluate((image: HTMLImageElement) => image.currentSrc);
    expect(await shown()).not.toContain("still");
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.waitForFunction(() =>
      document.querySelector<HTMLImageElement>(".line img[alt=PartyReef]")!.currentSrc.includes("still"),
    );
    await page.emulateMedia({ reducedMotion: null });
  },
  patient(60_000),
);

test(
  "a removed emote is a word again",
  async () => {
    await page.goto(`${system.url}/dashboard/channel`);
    await panel().getByRole("button", { name: "Remove Wave" }).click();
    await page.getByRole("button", { name: "Remove emote" }).click();
    await page.getByText("Wave is removed.").waitFor();
    await page.goto(`${system.url}/${ada.login}`);
    await page.locator(".line img[alt=PartyReef]").waitFor();
    expect(await page.locator(".line", { hasText: "hello Wave and wave" }).count()).toBe(1);
    expect(await page.locator(".line img[alt=Wave]").count()).toBe(0);
  },
  patient(60_000),
);
