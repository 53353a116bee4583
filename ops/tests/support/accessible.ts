// Accessibility faults of a page, by axe-core.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

const AXE = readFileSync(join(import.meta.dir, "../../../node_modules/axe-core/axe.min.js"), "utf8");

interface Axe {
  run(context: unknown, options: object): Promise<{ violations: Violation[] }>;
}

interface Violation {
  id: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** Violations of WCAG 2.2 A and AA on the current page, in both themes. Leaves the page in the dark theme. */
export async function accessFaults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      // Colours fade between themes: checked once they are stable for two frames.
      for (let quiet = 0; quiet < 2; ) {
        await new Promise(requestAnimationFrame);
        quiet = document.getAnimations().some((each) => each instanceof CSSTransition) ? 0 : quiet + 1;
      }
      const { axe } = globalThis as unknown as { axe: Axe };
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      return (await axe.run(globalThis.document, { runOnly: tags, resultTypes: ["violations"] })).violations;
    });
    for (const { id, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        found.push(`${theme} ${id} ${target.join(" ")}: ${failureSummary}`);
  }
  return found;
}
