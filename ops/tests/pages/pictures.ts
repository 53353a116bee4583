// Screenshots of a page at three widths in both themes, beside the kept ones.

import type { Page } from "playwright-core";
import type { Easel } from "./easel.ts";
import { DESKTOP, PHONE, settled, TABLET } from "./visit.ts";

/** Part of the pixels of a page's six pictures that may differ. */
export const DIFFERENCE_MAX = 0.001;
/** A page longer than this is cut. */
const LONGEST_PX = 6_000;

/** The sheet of one page: dark above light, narrow before wide. `isWhole`: the page to its end. */
export async function sheetOf(page: Page, easel: Easel, { isWhole }: { isWhole: boolean }): Promise<Buffer> {
  const rows: Buffer[][] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const row: Buffer[] = [];
    for (const size of isWhole ? [PHONE, DESKTOP] : [PHONE, TABLET, DESKTOP]) {
      await page.setViewportSize(size);
      await page.mouse.move(0, 0);
      await page.evaluate(() => {
        window.scrollTo(0, 0);
        document.querySelector(".watch-main")?.scrollTo(0, 0);
      });
      await settled(page);
      row.push(await shot(page, isWhole ? { ...size, height: LONGEST_PX } : size));
    }
    rows.push(row);
  }
  return easel.sheet(rows);
}

async function shot(page: Page, size: { width: number; height: number }): Promise<Buffer> {
  const isTall = size.height > (page.viewportSize()?.height ?? 0);
  const options = { animations: "disabled", caret: "hide" } as const;
  if (!isTall) return page.screenshot(options);
  const scrollHeight = await page.evaluate(() => document.documentElement.scrollHeight);
  return page.screenshot({
    ...options,
    fullPage: true,
    clip: { x: 0, y: 0, ...size, height: Math.min(size.height, scrollHeight) },
  });
}
