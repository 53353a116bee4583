// Opens a page in one of its states, and waits until nothing on it moves any more.

import type { Page } from "playwright-core";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { serveComponents } from "../support/component-page.ts";
import { serveMadeUpSite } from "../support/made-up-site/site.ts";
import type { PageState } from "./states.ts";

/** The pages' clock stands still, so that no time on them differs between two runs. */
const NOW_MS = Date.UTC(2026, 10, 29, 20, 15);
const LOADS_MAX = 4;

export const DESKTOP = { width: 1_440, height: 900 };
export const TABLET = { width: 1_024, height: 768 };
export const PHONE = { width: 390, height: 844 };
export type Size = typeof DESKTOP;

export interface Visits {
  page: Page;
  browser: TestBrowser;
  /** In the dark theme, for those who want less motion. Default size: 1024 × 768. */
  open(state: PageState, size?: Size): Promise<void>;
  stop(): Promise<void>;
}

export async function startVisits(): Promise<Visits> {
  const [site, components, browser] = await Promise.all([
    serveMadeUpSite(() => NOW_MS),
    serveComponents(),
    openBrowser({ ...TABLET }),
  ]);
  await browser.context.addInitScript(stopClock, NOW_MS);
  const page = await browser.open("about:blank");
  return {
    page,
    browser,
    async open(state, size = TABLET) {
      site.signIn(state.who ?? "visitor");
      site.arrange(state.arrange ?? null);
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce", forcedColors: "none" });
      await load(page, state, state.isComponents ? components.url : site.url + state.path);
    },
    async stop() {
      await browser.close();
      await Promise.all([site.stop(), components.stop()]);
    },
  };
}

async function load(page: Page, state: PageState, url: string) {
  for (let loads = 0; loads < LOADS_MAX; loads++) {
    await page.goto(url);
    await page.getByText(state.ready).locator("visible=true").first().waitFor();
    await settled(page);
    if (await page.evaluate(hasOwnType)) break; // A font that comes late is not used at all: the next load has it from memory.
  }
  await state.act?.(page);
  await settled(page);
}

/** Pictures are there, skeletons and the controls of a player are gone, and nothing fades. */
export const settled = (page: Page) =>
  page.evaluate(async () => {
    const isQuiet = () =>
      [...document.images].every((image) => image.complete || image.loading === "lazy") &&
      document.querySelector(".skeleton, .player:not(.player-idle)") === null &&
      document.getAnimations().every(({ playState }) => playState !== "running");
    const untilMs = performance.now() + 4_000;
    for (let quiet = 0; quiet < 3 && performance.now() < untilMs; ) {
      await new Promise(requestAnimationFrame);
      quiet = isQuiet() ? quiet + 1 : 0;
    }
  });

function hasOwnType(): boolean {
  const widthIn = (family: string) => {
    const probe = document.createElement("span");
    probe.textContent = "mmmmiiii";
    probe.style.cssText = `position:absolute;font:40px ${family}`;
    document.body.append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return width;
  };
  return widthIn('"Inter", monospace') !== widthIn("monospace");
}

/** Runs in the page, before its scripts. */
function stopClock(atMs: number) {
  const Real = Date;
  class Standing extends Real {
    constructor(...words: [] | [number]) {
      if (words.length === 0) super(atMs);
      else super(...words);
    }
    static override now() {
      return atMs;
    }
  }
  globalThis.Date = Standing as DateConstructor;
}
