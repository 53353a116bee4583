// A page in a window as large as a phone's, with a finger for a pointer.

import type { Page } from "playwright-core";

/** Takes effect at once: `(pointer: coarse)` and `(hover: none)` match. */
export async function asPhone(page: Page, size: { width: number; height: number }) {
  await page.setViewportSize(size);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 1 });
}
