// A page in the system's own colours (Windows' contrast themes): each control is seen, and which one has the focus.

import type { Page } from "playwright-core";
import type { Box, Easel } from "./easel.ts";
import { walkFaults } from "./keyboard-walk.ts";
import { TABLET } from "./visit.ts";

/** Brightness of a control's edge or words against its ground, of 255. */
const RANGE_MIN = 60;

/** `isOpen`: a list is open, which a walk would close. */
export async function forcedColoursFaults(
  page: Page,
  easel: Easel,
  { isOpen }: { isOpen: boolean },
): Promise<string[]> {
  await page.setViewportSize(TABLET);
  await page.emulateMedia({ forcedColors: "active" });
  await page.evaluate(() => window.scrollTo(0, 0));
  const controls = await page.evaluate(controlsInView);
  const ranges = await easel.ranges(
    await page.screenshot({ animations: "disabled" }),
    controls.map(({ box }) => box),
  );
  const faults = controls.flatMap(({ what }, at) => (ranges[at]! < RANGE_MIN ? [`cannot be seen: ${what}`] : []));
  const walked = isOpen ? [] : await walkFaults(page, { back: false });
  await page.emulateMedia({ forcedColors: "none" });
  return [...faults, ...walked.filter((fault) => fault.startsWith("its focus"))];
}

/** Runs in the page. */
function controlsInView(): { what: string; box: Box }[] {
  const controls = [
    ...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, [role=switch]"),
  ];
  return controls.flatMap((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const isInView = x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
    // Smaller ones are for screen readers alone, and a label shows them.
    if (
      !isInView ||
      width < 8 ||
      height < 8 ||
      !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    )
      return [];
    const over = document.elementFromPoint(x + width / 2, y + height / 2);
    if (over === null || !(element.contains(over) || over.contains(element))) return [];
    return [
      {
        what: element.outerHTML.slice(0, 140),
        box: { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) },
      },
    ];
  });
}
