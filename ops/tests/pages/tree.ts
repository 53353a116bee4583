// The accessibility tree of a page as text: landmarks, headings and controls with their names, without what is said between them.

import type { Page } from "playwright-core";

/** What a screen reader can list or jump to, and what answers a key. */
const KEPT = new Set(
  (
    "alert alertdialog banner button checkbox columnheader combobox complementary contentinfo dialog form heading img link listbox log main " +
    "menu menubar menuitem menuitemcheckbox menuitemradio meter navigation option progressbar radio radiogroup region rowheader search " +
    "searchbox separator slider spinbutton status switch tab table tablist tabpanel textbox"
  ).split(" "),
);

/** One line for each element, indented by its depth. Numbers are `#`. */
export async function treeOf(page: Page): Promise<string> {
  return kept(await page.locator("body").ariaSnapshot());
}

/** `snapshot`: Playwright's, in YAML. */
export function kept(snapshot: string): string {
  const lines: string[] = [];
  /** Indents of the kept elements that the line lies in. */
  const around: number[] = [];
  for (const line of snapshot.split("\n")) {
    const indent = line.search(/\S/);
    const said = line.slice(indent).replace(/^- '?/, "");
    const role = /^[a-z]+/.exec(said)?.[0] ?? "";
    while (around.length > 0 && around.at(-1)! >= indent) around.pop();
    if (!KEPT.has(role) || !line.slice(indent).startsWith("- ")) continue;
    lines.push(`${"  ".repeat(around.length)}${facts(role, said)}`);
    around.push(indent);
  }
  return `${lines.join("\n")}\n`;
}

function facts(role: string, said: string): string {
  const name = /^[a-z]+ "((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  const states = [...said.matchAll(/ \[([a-z]+(?:=[a-z0-9]+)?)\]/g)].map(([, state]) => state);
  return [role, ...(name === undefined ? [] : [`"${name.replace(/\d[\d.,:]*/g, "#")}"`]), ...states].join(" ");
}

/** Lines that differ, `-` for what is kept and `+` for what is there now. */
export function treeFaults(now: string, before: string): string[] {
  if (now === before) return [];
  const [there, were] = [now, before].map((text) => text.split("\n")) as [string[], string[]];
  const without = (lines: string[], others: string[]) => {
    const left = [...others];
    return lines.filter((line) => {
      const at = left.indexOf(line);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const faults = [
    ...without(were, there).map((line) => `- ${line}`),
    ...without(there, were).map((line) => `+ ${line}`),
  ];
  return faults.length > 0 ? faults : ["the same elements in another order"];
}
