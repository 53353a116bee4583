// A real headless Chromium with a profile of its own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--mute-audio",
];

export interface TestBrowser {
  context: BrowserContext;
  /** Opens a new tab. `faults` collects logged and uncaught errors of its page. */
  open(url: string): Promise<Page>;
  faults: string[];
  close(): Promise<void>;
}

export async function openBrowser({ width = 1280, height = 800 } = {}): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: FLAGS,
    headless: true,
    viewport: { width, height },
  });
  const faults: string[] = [];
  return {
    context,
    faults,
    async open(url) {
      const page = await context.newPage();
      page.on("pageerror", (error) => faults.push(`${error}`));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      await page.goto(url);
      return page;
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function findChromium(): string {
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    const found = Bun.which(name);
    if (found) return found;
  }
  throw new Error("no Chromium here: run the tests by `npm test`, which installs it");
}
