// The home page while the world goes on: what is looked at does not move (Layout Instability, web.dev/cls).

import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { serveMadeUpSite } from "../support/made-up-site/site.ts";

interface Shift {
  score: number;
  /** What moved. */
  what: string;
}

/** Shifts of the home page of somebody who follows channels, over `forMs`: viewers come and go, one channel ends, another begins. */
export async function shiftsOfHome(forMs: number): Promise<Shift[]> {
  const site = await serveMadeUpSite();
  let browser: TestBrowser | null = null;
  try {
    browser = await openBrowser({ width: 1_440, height: 900 });
    site.signIn("viewer");
    const page = await browser.context.newPage();
    await page.addInitScript(observe);
    await page.goto(site.url);
    await page.getByText("Followed, live now").waitFor();
    let turn = 0;
    const untilMs = performance.now() + forMs;
    while (performance.now() < untilMs) {
      await Bun.sleep(forMs / 6);
      turn++;
      site.arrange((channels) =>
        channels.map((channel, at) => {
          if (at === 2 && turn >= 2) return { ...channel, live: null };
          if (at === 7 && turn < 3) return { ...channel, live: null };
          const viewers = Math.round((channel.live?.viewers ?? 0) * (1 + 0.4 * Math.sin(turn * (at + 1))));
          return { ...channel, live: channel.live && { ...channel.live, viewers } };
        }),
      );
    }
    return await page.evaluate(() => (globalThis as unknown as { shifts: Shift[] }).shifts);
  } finally {
    await browser?.close();
    await site.stop();
  }
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Element | null }[];
}

/** Runs in the page, before its scripts. */
function observe() {
  const shifts: Shift[] = [];
  (globalThis as unknown as { shifts: Shift[] }).shifts = shifts;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
      const what = sources
        .map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 100) : "?"))
        .join(" | ");
      if (!hadRecentInput) shifts.push({ score: value, what });
    }
  }).observe({ type: "layout-shift", buffered: true });
}
