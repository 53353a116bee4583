// What a plot shows, as a sentence for those who do not see it.

import { type PlotLine, spanText } from "./plot-shape.ts";

interface SentenceOptions {
  title: string;
  lengthMs: number;
  /** What each line is called. */
  series: readonly string[];
  lines: readonly PlotLine[];
  withUnit(value: number | null): string;
}

export function plotSentence({ title, lengthMs, series, lines, withUnit }: SentenceOptions): string {
  if (lines.every(({ highest }) => highest === null)) return `${title}: no figures yet.`;
  const parts = lines.map((line, at) => `${series.length > 1 ? `${series[at]}: ` : ""}${lineWords(line, withUnit)}`);
  return `${title} in the last ${spanText(lengthMs)}: ${parts.join("; ")}.`;
}

const lineWords = ({ newest, lowest, highest }: PlotLine, withUnit: SentenceOptions["withUnit"]) =>
  highest === null
    ? "no figures yet"
    : `${withUnit(newest)} at the end, lowest ${withUnit(lowest)}, highest ${withUnit(highest)}`;
