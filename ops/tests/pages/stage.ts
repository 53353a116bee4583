// What a watch page shows in the place of its picture: pictures that move, or words; in a box that stands still.

import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { movementOf } from "../support/movement.ts";
import { until } from "../support/until.ts";
import { startViewing } from "../support/viewer.ts";

/** From the fault to its words. */
export const WORDS_WITHIN_MS = 5_000;
const SHIFT_MAX = 0.01;

export const stageOf = (page: Page) => page.locator("main .stage");

/** The picture moves. Of a page behind another one a browser shows no frames. */
export async function plays(page: Page) {
  await page.bringToFront();
  const viewer = await startViewing(page);
  const sinceMs = await viewer.now();
  await until("pictures to move", async () => (await viewer.frames(sinceMs)) > 30, { withinMs: 20_000 });
}

/** Does something to the world; the page shows the words in the place of the picture in time. */
export async function words(pages: Page[], text: string | RegExp, fault: () => unknown) {
  await fault();
  const sinceMs = performance.now();
  const shown = (page: Page) => stageOf(page).locator(":scope > :not([role=status])").getByText(text).first();
  await Promise.all(pages.map((page) => shown(page).waitFor({ timeout: patient(WORDS_WITHIN_MS) })));
  console.log(`${text} · ${Math.round(performance.now() - sinceMs)} ms`);
}

export const withoutFaults = async (page: Page) => expect(await accessFaults(page)).toEqual([]);

/** Since then, if it is given: what moves while a page is loaded is measured with the benchmarks of pages. */
export async function didNotMove(page: Page, before = { shift: 0 }) {
  const { shift, moved, sizes } = await movementOf(page);
  expect(shift - before.shift, moved.join("\n")).toBeLessThanOrEqual(SHIFT_MAX);
  expect(sizes).toHaveLength(1);
}
