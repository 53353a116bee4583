// The plots of the page of metrics, from what the API gives.

import type { MetricSpan, MetricsView } from "#schema/api/observation.ts";
import type { PlotProps } from "../ui/plot.tsx";
import { plotWords, words } from "../words/observation.ts";

/** Points further apart than this many looks are not joined. */
const HOLE_LOOKS = 2.5;

/** By id. A plot that this page has no words for, of a later release, is left out. */
export function metricPlots({ times, plots, everyMs }: MetricsView, span: MetricSpan): Map<string, PlotProps> {
  const atMs = times.map((at) => Date.parse(at));
  const toMs = atMs.at(-1) ?? 0;
  const range = { fromMs: toMs - Number(span) * 60_000, toMs };
  return new Map(
    plots.flatMap(({ id, series }): [string, PlotProps][] => {
      const known = plotWords[id];
      if (!known) return [];
      const { title, unit, digits, topMin } = known;
      const lines = series.map((line) => ({
        word: known.series[line.id] ?? line.id,
        points: line.values.map((value, at) => ({ atMs: atMs[at] ?? 0, value })),
      }));
      const plot = { title, unit, digits, topMin, series: lines, span: range, endWord: words.now };
      return [[id, { ...plot, holeMs: HOLE_LOOKS * everyMs }]];
    }),
  );
}
