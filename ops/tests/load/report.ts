// The report of a load: numbers, and the rules that were broken. As Markdown, as a page, and as JSON.

import type { LatencyCounts } from "#ops/tests/support/crowd/latencies.ts";
import type { Tally } from "#ops/tests/support/hls/check.ts";

export interface LoadReport {
  title: string;
  rows: [what: string, value: string][];
  tally: Tally;
  /** How many lines were read so many ms after they were said. Default: none are shown. */
  latencies?: LatencyCounts;
}

/** A section of Markdown. */
export function markdown({ title, rows, tally }: LoadReport): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  const broken = tally.outcomes.filter(({ faults }) => faults > 0);
  const applied = tally.outcomes.filter((outcome) => outcome.applied > 0);
  const rules = [
    `${applied.length} rules were checked, ${broken.length} broken.`,
    ...broken.flatMap(({ name, section, faults, examples }) => [
      `* §${section} ${name}: ${faults} times`,
      ...examples.map((text) => `  * ${text}`),
    ]),
  ];
  return [
    `## ${title}`,
    "",
    line(["what", "value"]),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
    "",
    ...rules,
  ].join("\n");
}

/** For programs. */
export const json = ({ title, rows, tally, latencies = [] }: LoadReport): string =>
  `${JSON.stringify({ title, rows: Object.fromEntries(rows), rules: tally.outcomes, faults: tally.faults, latencies }, null, 2)}\n`;

/** A page that needs nothing else. */
export function html({ title, rows, tally, latencies = [] }: LoadReport): string {
  const row = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
  const rules = tally.outcomes
    .filter(({ applied }) => applied > 0)
    .map(({ name, faults, examples }) => row([faults > 0 ? "broken" : "kept", name, examples.join("; ")]));
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark; }
  td { padding: 0.2rem 1.5rem 0.2rem 0; vertical-align: top; }
  svg { width: 100%; height: auto; fill: currentcolor; }
</style>
<h1>${escaped(title)}</h1>
<table>${rows.map(row).join("")}</table>
${latencies.length > 0 ? chart(latencies) : ""}
<h2>Rules</h2>
<table>${rules.join("")}</table>
</html>
`;
}

/** Bars in steps that double: latencies have long tails. */
function chart(latencies: LatencyCounts): string {
  const bars = new Map<number, number>();
  for (const [ms, count] of latencies) {
    const step = Math.ceil(Math.log2(Math.max(1, ms)) * 2);
    bars.set(step, (bars.get(step) ?? 0) + count);
  }
  const highest = Math.max(...bars.values());
  const last = Math.max(...bars.keys());
  const drawn = Array.from({ length: last + 1 }, (_, step) => {
    const height = ((bars.get(step) ?? 0) / highest) * 100;
    const x = step * 24;
    const label = step % 2 === 0 ? `<text x="${x}" y="118" font-size="10">${2 ** (step / 2)}</text>` : "";
    return `<rect x="${x}" y="${(104 - height).toFixed(1)}" width="20" height="${height.toFixed(1)}"/>${label}`;
  });
  return `<h2>From saying to reading, ms</h2>\n<svg viewBox="0 0 ${(last + 1) * 24} 120">${drawn.join("")}</svg>`;
}

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
