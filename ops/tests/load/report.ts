// The report of a load: numbers, and the rules that were broken.

import type { Tally } from "#ops/tests/support/hls/check.ts";

export interface LoadReport {
  title: string;
  rows: [what: string, value: string][];
  tally: Tally;
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
