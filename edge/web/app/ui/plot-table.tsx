// The figures of a plot as a table, the newest first.

import { words } from "../words/plots.ts";
import { type PlotSeries, type PlotSpan, plotTimes } from "./plot-shape.ts";
import { type Column, Table } from "./table.tsx";

interface PlotTableProps {
  title: string;
  series: readonly PlotSeries[];
  span: PlotSpan;
  withUnit(value: number | null): string;
}

export function PlotTable({ title, series, span, withUnit }: PlotTableProps) {
  const times = plotTimes(
    series.map(({ points }) => points),
    span,
  );
  const columns: Column<number>[] = [
    { word: words.time, cell: (atMs) => <time>{words.clock(atMs)}</time> },
    ...series.map(({ word, points }): Column<number> => {
      const values = new Map(points.map(({ atMs, value }) => [atMs, value]));
      return { word, isFigure: true, cell: (atMs) => withUnit(values.get(atMs) ?? null) };
    }),
  ];
  return <Table caption={title} columns={columns} rows={times.toReversed()} keyOf={(atMs) => `${atMs}`} />;
}
