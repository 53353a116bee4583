// A plot of one figure over the last minutes: title, newest figure, axis labels, and the same as a sentence.
// The picture is stretched to the width that there is; its labels are text beside it, so that they keep their size.

import { type PlotPoint, type PlotSpan, plotShape, spanText } from "./plot-shape.ts";

export interface PlotProps {
  title: string;
  /** Behind the figure: `kbit/s`; empty for a plain count. */
  unit: string;
  /** Oldest first. */
  points: readonly PlotPoint[];
  span: PlotSpan;
  /** The axis ends there or higher. */
  topMin: number;
  /** Points further apart are not joined. */
  holeMs: number;
  /** Digits behind the point. */
  digits: number;
  /** What the right end of the axis is called. */
  endWord: string;
}

export function Plot({ title, unit, points, span, topMin, holeMs, digits, endWord }: PlotProps) {
  const { ticks, line, area, newest, lowest, highest } = plotShape(points, { span, topMin, holeMs });
  const format = (value: number) => value.toLocaleString("en", { maximumFractionDigits: digits });
  const withUnit = (value: number) => (unit === "" ? format(value) : `${format(value)} ${unit}`);
  const lengthMs = span.toMs - span.fromMs;
  const text =
    lowest === null || highest === null
      ? `${title}: no figures yet.`
      : `${title} in the last ${spanText(lengthMs)}: ${newest === null ? "no figure" : withUnit(newest)} at the end, lowest ${withUnit(lowest)}, highest ${withUnit(highest)}.`;
  return (
    <figure class="plot">
      <figcaption class="plot-head">
        <span class="plot-title">{title}</span>
        <span class="plot-newest">
          <strong>{newest === null ? "–" : format(newest)}</strong>
          {unit === "" ? null : ` ${unit}`}
        </span>
      </figcaption>
      <div class="plot-box">
        <ul class="plot-values" aria-hidden="true">
          {ticks.map((tick) => (
            <li key={tick}>{tick.toLocaleString("en", { maximumFractionDigits: 2, notation: "compact" })}</li>
          ))}
        </ul>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={text} focusable="false">
          <path class="plot-grid" d="M0 0H100M0 50H100M0 100H100" />
          <path class="plot-area" d={area} />
          <path class="plot-line" d={line} />
        </svg>
        <ul class="plot-times" aria-hidden="true">
          <li>−{spanText(lengthMs)}</li>
          <li>−{spanText(lengthMs / 2)}</li>
          <li>{endWord}</li>
        </ul>
      </div>
    </figure>
  );
}
