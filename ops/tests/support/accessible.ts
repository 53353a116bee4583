// What a page keeps from people who cannot see it well or use no mouse, by axe-core, whose rules nobody here wrote.

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

/** Faults against WCAG 2.2 A and AA as the page stands, in both themes; none is `[]`. The page is in the dark one afterwards. */
export async function accessFaults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      // Colours of the theme before fade: they are judged once they stand, for two frames in a row.
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
