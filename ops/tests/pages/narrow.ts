// A page at 200 % and 400 % zoom, and with the text spacing of WCAG 1.4.12: nothing is wider than the window, and nothing is lost.

import type { Page } from "playwright-core";
import { DESKTOP } from "./visit.ts";

/** A window of 1440 × 900 and one of 1280 × 1024 in CSS pixels (WCAG 1.4.4, 1.4.10). */
const ZOOMED = [
  { zoom: "200 %", width: 720, height: 450 },
  { zoom: "400 %", width: 320, height: 256 },
];
const TEXT_SPACING =
  "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}";

/** `folded`: selectors of parts that a narrow window folds away behind a tab. */
export async function narrowFaults(page: Page, folded: readonly string[]): Promise<string[]> {
  await page.setViewportSize(DESKTOP);
  const wanted = await page.evaluate(controlsIn, folded);
  const faults: string[] = [];
  for (const { zoom, ...size } of ZOOMED) {
    await page.setViewportSize(size);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    faults.push(...(await page.evaluate(widerThanWindow)).map((what) => `${zoom}: wider than the window: ${what}`));
    const there = await page.evaluate(controlsIn, []);
    const lost = wanted.filter((name) => !there.includes(name));
    faults.push(...lost.map((name) => `${zoom}: lost: ${name}`));
  }
  await page.evaluate(spaceText, TEXT_SPACING);
  faults.push(...(await page.evaluate(widerThanWindow)).map((what) => `text spacing: wider than the window: ${what}`));
  await page.evaluate(() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1);
  });
  return faults;
}

/** Runs in the page: names of headings, links, buttons and fields of its content that can be seen, by scrolling if need be. */
function controlsIn(folded: readonly string[]): string[] {
  const controls = document.querySelectorAll<HTMLElement>(
    "main :is(h1, h2, h3, a[href], button, input, select, textarea)",
  );
  return [...controls].flatMap((element) => {
    if (folded.some((selector) => element.closest(selector))) return [];
    const { width, height } = element.getBoundingClientRect();
    if (!element.checkVisibility({ visibilityProperty: true }) || width === 0 || height === 0) return [];
    const name = element.getAttribute("aria-label") || element.textContent?.trim() || element.id || "?";
    return [`${element.tagName.toLowerCase()} ${name.slice(0, 80)}`];
  });
}

/** Runs in the page: what stands over its right edge; empty while the page does not scroll sideways. */
function widerThanWindow(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll<HTMLElement>("body *")].filter(
    (element) => element.checkVisibility() && element.getBoundingClientRect().right > clientWidth + 1,
  );
  return [`${scrollWidth} of ${clientWidth} px: ${wide.at(-1)?.outerHTML.slice(0, 140) ?? "?"}`];
}

/** Runs in the page. Style sheets made by scripts are not subject to the content policy. */
function spaceText(rules: string) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
