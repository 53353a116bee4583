// A real headless Chromium with a profile of its own.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

/** A moving picture with a beep each second, and its screen. */
const DEVICES = [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--auto-select-desktop-capture-source=Entire screen",
];

export interface TestBrowser {
  context: BrowserContext;
  /** Opens a new tab. `faults` collects logged and uncaught errors of its page. */
  open(url: string): Promise<Page>;
  faults: string[];
  close(): Promise<void>;
}

interface BrowserOptions {
  width?: number;
  height?: number;
  /** Prefix of the browser's command, for example to run it in a network namespace. */
  prefix?: string[];
  /** It has a camera and a microphone, made up, and lets every page use them. */
  devices?: boolean;
  /** Origins that count as secure although they are plain http at another address than loopback. */
  trusted?: string[];
}

export async function openBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  const { width = 1280, height = 800, prefix = [], devices = false, trusted = [] } = options;
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: prefix.length > 0 ? wrapped(profile, prefix) : findChromium(),
    args: [
      ...FLAGS,
      ...(devices ? DEVICES : []),
      ...trusted.map((origin) => `--unsafely-treat-insecure-origin-as-secure=${origin}`),
    ],
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

/** A script that starts Chromium behind the prefix. */
function wrapped(folder: string, prefix: string[]): string {
  const script = join(folder, "browser.sh");
  writeFileSync(script, `#!/bin/sh\nexec ${[...prefix, findChromium()].join(" ")} "$@"\n`, { mode: 0o755 });
  return script;
}

function findChromium(): string {
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    const found = Bun.which(name);
    if (found) return found;
  }
  throw new Error("no Chromium here: run the tests by `npm test`, which installs it");
}
