// The shape of a plot: axis, line and area in a box of 100 × 100, and the sentence for those who do not see it.

export interface PlotPoint {
  atMs: number;
  /** Null: no figure. */
  value: number | null;
}

export interface PlotSeries {
  /** What the line is called; of a single line the title of the plot says it. */
  word: string;
  /** Oldest first. */
  points: readonly PlotPoint[];
}

export interface PlotSpan {
  fromMs: number;
  toMs: number;
}

export interface PlotShape {
  /** Values of the axis that all lines share, from the top down; the last is 0. */
  ticks: number[];
  lines: PlotLine[];
}

export interface PlotLine {
  /** SVG paths; empty without figures. */
  line: string;
  area: string;
  /** Null: no figure at the end of the span. */
  newest: number | null;
  lowest: number | null;
  highest: number | null;
}

interface ShapeOptions {
  span: PlotSpan;
  /** The axis ends there or higher: noise around 0 must not fill the plot. */
  topMin: number;
  /** Points further apart are not joined: there is nothing known between them. */
  holeMs: number;
}

/** Their halves are short figures too. */
const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];
const ROOM_ABOVE = 1.1;

/** `series`: the points of each line, oldest first. */
export function plotShape(series: readonly (readonly PlotPoint[])[], options: ShapeOptions): PlotShape {
  const known = series.map((points) => knownPoints(points, options.span));
  const top = axisTop(Math.max(options.topMin, ...known.flat().map(({ value }) => value)));
  return { ticks: [top, top / 2, 0], lines: known.map((points) => lineShape(points, top, options)) };
}

interface KnownPoint {
  atMs: number;
  value: number;
}

const knownPoints = (points: readonly PlotPoint[], { fromMs, toMs }: PlotSpan) =>
  points.filter((point): point is KnownPoint => point.value !== null && point.atMs >= fromMs && point.atMs <= toMs);

function lineShape(points: readonly KnownPoint[], top: number, { span, holeMs }: ShapeOptions): PlotLine {
  const values = points.map(({ value }) => value);
  const x = (atMs: number) => plotX(atMs, span);
  const y = (value: number) => round(100 - (Math.max(0, value) / top) * 100);
  const runs = runsOf(points, holeMs);
  // A run of one point is a dot: a line without length with round ends.
  const lineOf = (run: readonly KnownPoint[]) =>
    `M${run.map(({ atMs, value }) => `${x(atMs)} ${y(value)}`).join("L")}${run.length === 1 ? "h0" : ""}`;
  const last = points.at(-1);
  return {
    line: runs.map(lineOf).join(""),
    area: runs.map((run) => `${lineOf(run)}V100H${x(run[0]!.atMs)}Z`).join(""),
    newest: last && span.toMs - last.atMs <= holeMs ? last.value : null,
    lowest: values.length > 0 ? Math.min(...values) : null,
    highest: values.length > 0 ? Math.max(...values) : null,
  };
}

/** Where a time is between the left and the right edge, 0–100. */
export const plotX = (atMs: number, { fromMs, toMs }: PlotSpan) => round(((atMs - fromMs) / (toMs - fromMs)) * 100);

/** The times at which any line has a figure, oldest first: what the arrow keys go through. */
export const plotTimes = (series: readonly (readonly PlotPoint[])[], span: PlotSpan): number[] => [
  ...new Set(series.flatMap((points) => knownPoints(points, span).map(({ atMs }) => atMs)).toSorted((a, b) => a - b)),
];

/** The smallest short figure with some room above the value. */
function axisTop(value: number): number {
  if (!(value > 0)) return 1;
  const wanted = value * ROOM_ABOVE;
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  const step = STEPS.find((one) => one * magnitude >= wanted) ?? 10;
  return step * magnitude;
}

function runsOf<Point extends { atMs: number }>(points: readonly Point[], holeMs: number): Point[][] {
  const runs: Point[][] = [];
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    if (point.atMs - beforeMs > holeMs) runs.push([]);
    runs.at(-1)!.push(point);
    beforeMs = point.atMs;
  }
  return runs;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** `5 min`, `90 s`. */
export const spanText = (ms: number) =>
  ms % 60_000 === 0 ? `${ms / 60_000} min` : ms >= 60_000 ? `${round(ms / 60_000)} min` : `${Math.round(ms / 1_000)} s`;
