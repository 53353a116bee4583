// How soon a page shows what it is about on a slow phone, whether anything moves then, and how soon it answers a press in a busy chat
// (web.dev: LCP, CLS, INP).

import type { Page } from "playwright-core";
import { openBrowser, type TestBrowser } from "#ops/tests/support/browser.ts";
import { type MadeUpSite, serveMadeUpSite } from "#ops/tests/support/made-up-site/site.ts";
import { type BenchResult, median } from "./result.ts";

/** Lighthouse's slow 4G, as a browser applies it to each request. */
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_000 };
const SLOWER_CPU = 4;
const LOADS = 5;
const WATCHED_MS = 8_000;
const LINES_A_SECOND = 50;
const PRESSES = 24;

interface Seen {
  lcpMs: number;
  what: string;
  shift: number;
}

export async function benchPageSpeed(): Promise<BenchResult[]> {
  const site = await serveMadeUpSite();
  try {
    const rows: string[][] = [];
    for (const [name, path] of [
      ["home", "/"],
      ["watch", "/tidewalker"],
    ] as const) {
      const seen: Seen[] = [];
      for (let load = 0; load < LOADS; load++)
        seen.push(await withBrowser((browser) => loadSlowly(browser, site.url + path)));
      const lcps = seen.map(({ lcpMs }) => lcpMs);
      const worst = Math.max(...seen.map(({ shift }) => shift));
      rows.push([name, median(lcps).toFixed(0), Math.max(...lcps).toFixed(0), worst.toFixed(4), seen.at(-1)!.what]);
    }
    const answered = await withBrowser((browser) => pressInBusyChat(browser, site));
    const at = (part: number) => answered[Math.min(answered.length - 1, Math.floor(answered.length * part))] ?? 0;
    return [
      {
        title: "A page on a slow phone",
        target: "LCP ≤ 2500 ms, CLS ≤ 0.01",
        method: `Chromium at 390 × 844, an empty cache, slow 4G (${SLOW_4G.latency} ms a request, 1.44 Mbit/s), processor ${SLOWER_CPU} × slower; ${LOADS} loads of a made-up site on loopback, ${WATCHED_MS / 1_000} s each`,
        header: ["page", "LCP ms, median", "LCP ms, worst", "CLS, worst", "largest"],
        rows,
      },
      {
        title: "Presses in a busy chat",
        target: "INP p75 ≤ 200 ms",
        method: `a watch page at 1440 × 900, ${LINES_A_SECOND} lines a second, processor ${SLOWER_CPU} × slower; ${PRESSES} letters and clicks, event timing`,
        header: ["presses", "p75 ms", "worst ms"],
        rows: [[String(answered.length), at(0.75).toFixed(0), (answered.at(-1) ?? 0).toFixed(0)]],
      },
    ];
  } finally {
    await site.stop();
  }
}

async function withBrowser<Value>(use: (browser: TestBrowser) => Promise<Value>): Promise<Value> {
  const browser = await openBrowser({ width: 390, height: 844 });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

async function slowed(page: Page, network: typeof SLOW_4G | null) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER_CPU });
  if (network) await session.send("Network.emulateNetworkConditions", network);
}

async function loadSlowly(browser: TestBrowser, url: string): Promise<Seen> {
  const page = await browser.context.newPage();
  await page.addInitScript(observeLoad);
  await slowed(page, SLOW_4G);
  await page.goto(url);
  await Bun.sleep(WATCHED_MS);
  return page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
}

/** Times from press to paint in ms, ascending. */
async function pressInBusyChat(browser: TestBrowser, site: MadeUpSite): Promise<number[]> {
  site.signIn("viewer");
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: 1_440, height: 900 });
  await page.addInitScript(observePresses);
  await page.goto(`${site.url}/tidewalker`);
  const composer = page.locator(".composer textarea");
  await composer.click();
  await slowed(page, null);
  let isOver = false;
  const talking = (async () => {
    for (let seq = 0; !isOver; seq++) {
      site.room.say({ login: `person_${seq % 9}`, body: `line ${seq} of a chat in which much is said` });
      await Bun.sleep(1_000 / LINES_A_SECOND);
    }
  })();
  await Bun.sleep(2_000);
  for (let press = 0; press < PRESSES; press++) {
    await page.keyboard.press("a");
    await Bun.sleep(150);
  }
  await Bun.sleep(500);
  isOver = true;
  await talking;
  const times = await page.evaluate(() => (globalThis as unknown as { presses: number[] }).presses);
  return times.sort((a, b) => a - b);
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
}

interface LargestPaint extends PerformanceEntry {
  element: Element | null;
}

/** Runs in the page, before its scripts. */
function observeLoad() {
  const seen: Seen = { lcpMs: 0, what: "", shift: 0 };
  (globalThis as unknown as { seen: Seen }).seen = seen;
  new PerformanceObserver((list) => {
    for (const { startTime, element } of list.getEntries() as LargestPaint[]) {
      seen.lcpMs = startTime;
      seen.what = element ? `${element.tagName.toLowerCase()} ${element.className}`.trim() : "?";
    }
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries() as LayoutShift[])
      if (!hadRecentInput) seen.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** Runs in the page, before its scripts: the longest event of each press. */
function observePresses() {
  const presses: number[] = [];
  const longest = new Map<number, number>();
  (globalThis as unknown as { presses: number[] }).presses = presses;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId: number })[])
      if (entry.interactionId > 0)
        longest.set(entry.interactionId, Math.max(longest.get(entry.interactionId) ?? 0, entry.duration));
    presses.splice(0, presses.length, ...longest.values());
  }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
}
