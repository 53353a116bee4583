// What moves on a page that nobody touches, and what its live regions say.

import type { BrowserContext, Page } from "playwright-core";

interface Noted {
  /** Layout shifts that no input explains (W3C Layout Instability), and what moved. */
  shift: number;
  moved: string[];
  /** Each size that the place of the picture had. */
  sizes: string[];
  /** What the live region of that place said, in order. */
  said: string[];
}

declare global {
  interface Window {
    __movement?: Noted;
  }
}

/** For pages that are opened after it. */
export const noteMovement = (context: BrowserContext) => context.addInitScript(note);

export const movementOf = (page: Page): Promise<Noted> => page.evaluate(() => window.__movement!);

/** Runs in the page. */
function note() {
  const noted: Noted = { shift: 0, moved: [], sizes: [], said: [] };
  window.__movement = noted;
  interface Shift extends PerformanceEntry {
    value: number;
    hadRecentInput: boolean;
    sources: { node: Element | null }[];
  }
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
      if (hadRecentInput) continue;
      noted.shift += value;
      noted.moved.push(`${value.toFixed(4)} ${sources.map(({ node }) => node?.className ?? "?").join(", ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
  setInterval(() => {
    const stage = document.querySelector("main .stage");
    if (!stage) return;
    const { width, height } = stage.getBoundingClientRect();
    const size = `${Math.round(width)} × ${Math.round(height)}`;
    if (noted.sizes.at(-1) !== size) noted.sizes.push(size);
    const sentence = stage.querySelector(":scope > [role=status]")?.textContent ?? "";
    if (sentence && noted.said.at(-1) !== sentence) noted.said.push(sentence);
  }, 50);
}
