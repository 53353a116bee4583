// What each page of the product loads before it can be used: bytes of script and style as they go over the wire.

import { openBrowser } from "#ops/tests/support/browser.ts";
import type { Who } from "#ops/tests/support/made-up-site/people.ts";
import { serveMadeUpSite } from "#ops/tests/support/made-up-site/site.ts";
import type { BenchResult } from "./result.ts";

const PAGES: readonly { name: string; path: string; who: Who }[] = [
  { name: "home", path: "/", who: "visitor" },
  { name: "following", path: "/following", who: "viewer" },
  { name: "categories", path: "/categories", who: "visitor" },
  { name: "search", path: "/search?q=er", who: "visitor" },
  { name: "watch", path: "/tidewalker", who: "visitor" },
  { name: "embed", path: "/embed/tidewalker", who: "visitor" },
  { name: "chat alone", path: "/popout/tidewalker/chat", who: "viewer" },
  { name: "sign in", path: "/login", who: "visitor" },
  { name: "studio", path: "/dashboard", who: "streamer" },
  { name: "settings", path: "/settings", who: "viewer" },
  { name: "staff", path: "/staff", who: "admin" },
];
/** After it nothing more is loaded by itself. */
const SETTLE_MS = 2_500;

interface Loaded {
  scripts: number;
  hls: number;
  inline: number;
  styles: number;
  files: number;
}

export async function benchPageBytes(): Promise<BenchResult> {
  const site = await serveMadeUpSite();
  const browser = await openBrowser({ width: 1_440, height: 900 });
  try {
    const rows: string[][] = [];
    for (const { name, path, who } of PAGES) {
      site.signIn(who);
      const page = await browser.open(site.url + path);
      await Bun.sleep(SETTLE_MS);
      const { scripts, hls, inline, styles, files } = await page.evaluate(loaded);
      rows.push([name, kb(scripts + inline), hls > 0 ? kb(hls) : "–", kb(styles), String(files)]);
      await page.close();
    }
    return {
      title: "Bytes of a page",
      target:
        "script ≤ 45 KB on home, search and browse; watch ≤ 70 KB without hls.js and ≤ 215 KB with it; CSS ≤ 20 KB",
      method: `each page of a made-up site in Chromium, an empty cache for each kind of file; bytes as sent (brotli), inline scripts uncompressed, ${SETTLE_MS / 1_000} s after the load`,
      header: ["page", "script KB", "hls.js KB", "CSS KB", "files"],
      rows,
    };
  } finally {
    await browser.close();
    await site.stop();
  }
}

const kb = (bytes: number) => (bytes / 1_000).toFixed(1);

/** Runs in the page. */
function loaded(): Loaded {
  const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const size = (wanted: (name: string) => boolean) => {
    const sizes = new Map(entries.map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]));
    return [...sizes].filter(([name]) => wanted(name)).reduce((sum, [, bytes]) => sum + bytes, 0);
  };
  const isHls = (name: string) => name.includes("/hls");
  return {
    scripts: size((name) => name.endsWith(".js") && !isHls(name)),
    hls: size((name) => name.endsWith(".js") && isHls(name)),
    inline: [...document.scripts].reduce((sum, { src, text }) => sum + (src ? 0 : text.length), 0),
    styles: size((name) => name.endsWith(".css")),
    files: new Set(entries.map(({ name }) => name).filter((name) => name.includes("/assets/"))).size,
  };
}
