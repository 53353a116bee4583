// A plot of up to four figures over the last minutes: title, newest figure, axis, and the same as a sentence. The arrow keys, or the
// pointer, read its points; below it is the same as a table. The picture is stretched to the width that there is; its labels are text
// beside it, so that they keep their size.

import { type Signal, useSignal } from "@preact/signals";
import { words } from "../words/plots.ts";
import { plotSentence } from "./plot-sentence.ts";
import { type PlotSeries, type PlotSpan, plotShape, plotTimes, plotX, spanText } from "./plot-shape.ts";
import { PlotTable } from "./plot-table.tsx";
import { type PlotReading, usePlotReader } from "./use-plot-reader.ts";

export interface PlotProps {
  title: string;
  /** Behind the figure: `kbit/s`; empty for a plain count. */
  unit: string;
  /** 1–4: more than four cannot be told apart. */
  series: readonly PlotSeries[];
  span: PlotSpan;
  /** The axis ends there or higher. */
  topMin: number;
  /** Points further apart are not joined. */
  holeMs: number;
  /** Digits behind the point. */
  digits: number;
  /** What the right end of the axis is called. */
  endWord: string;
  /** Shaded: what is explained beside the plot. Default: none. */
  bands?: readonly PlotSpan[];
  /** The title is said elsewhere, beside the newest figure. Default false. */
  isHeadless?: boolean;
  /** Plots with the same one share their cursor. Default: a cursor of its own. */
  reading?: Signal<PlotReading | null>;
}

export function Plot(props: PlotProps) {
  const { title, unit, series, span, digits, endWord, bands = [], isHeadless = false, reading } = props;
  const points = series.map((one) => one.points);
  const { ticks, lines } = plotShape(points, props);
  const format = (value: number) => value.toLocaleString("en", { maximumFractionDigits: digits });
  const withUnit = (value: number | null) =>
    value === null ? words.noFigure : unit === "" ? format(value) : `${format(value)} ${unit}`;
  const reader = usePlotReader(plotTimes(points, span), span, reading);
  const read = reader.atMs === null ? null : readAt(series, reader.atMs);
  const isTable = useSignal(false);
  const newest = lines[0]?.newest ?? null;
  const lengthMs = span.toMs - span.fromMs;
  return (
    <figure class="plot">
      <figcaption class={isHeadless ? "sr-only" : "plot-head"}>
        <span class="plot-title">{title}</span>
        {series.length > 1 ? (
          <Legend series={series} unit={unit} />
        ) : (
          <span class="plot-newest">
            <strong>{newest === null ? "–" : format(newest)}</strong>
            {unit === "" ? null : ` ${unit}`}
          </span>
        )}
      </figcaption>
      <div class="plot-box">
        <ul class="plot-values" aria-hidden="true">
          {ticks.map((tick) => (
            <li key={tick}>{tick.toLocaleString("en", { maximumFractionDigits: 2, notation: "compact" })}</li>
          ))}
        </ul>
        <div
          class="plot-picture"
          role="img"
          aria-label={plotSentence({ title, lengthMs, series: series.map(({ word }) => word), lines, withUnit })}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read its points.
          tabIndex={0}
          {...reader.props}
        >
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path class="plot-grid" d="M0 0H100M0 50H100M0 100H100" />
            {bands.map((band) => {
              const [from, to] = [plotX(band.fromMs, span), plotX(band.toMs, span)];
              return <rect key={band.fromMs} class="plot-band" x={from} width={to - from} y="0" height="100" />;
            })}
            {lines.map(({ line, area }, at) => (
              <g key={series[at]!.word} class={`plot-${at + 1}`}>
                {series.length === 1 ? <path class="plot-area" d={area} /> : null}
                <path class="plot-line" d={line} />
              </g>
            ))}
          </svg>
          {reader.atMs !== null && read ? (
            <>
              <i class="plot-cursor" style={{ left: `${plotX(reader.atMs, span)}%` }} />
              <div class={plotX(reader.atMs, span) > 50 ? "plot-tip plot-tip-left" : "plot-tip"}>
                <time>{words.clock(reader.atMs)}</time>
                {read.map(({ word, value }) => (
                  <span key={word}>
                    {series.length > 1 ? `${word} ` : ""}
                    <strong>{withUnit(value)}</strong>
                  </span>
                ))}
              </div>
            </>
          ) : null}
        </div>
        <ul class="plot-times" aria-hidden="true">
          <li>−{spanText(lengthMs)}</li>
          <li>−{spanText(lengthMs / 2)}</li>
          <li>{endWord}</li>
        </ul>
      </div>
      <p class="sr-only" aria-live="polite">
        {reader.byKeys && reader.atMs !== null && read
          ? `${words.clock(reader.atMs)}: ${read.map(({ word, value }) => (series.length > 1 ? `${word} ${withUnit(value)}` : withUnit(value))).join(", ")}`
          : ""}
      </p>
      <button
        type="button"
        class="link plot-switch"
        aria-expanded={isTable.value}
        onClick={() => {
          isTable.value = !isTable.value;
        }}
      >
        {isTable.value ? words.hideTable : words.showAsTable}
        <span class="sr-only">: {title}</span>
      </button>
      {isTable.value ? <PlotTable title={title} series={series} span={span} withUnit={withUnit} /> : null}
    </figure>
  );
}

const Legend = ({ series, unit }: Pick<PlotProps, "series" | "unit">) => (
  <ul class="plot-legend">
    {series.map(({ word }, at) => (
      <li key={word} class={`plot-${at + 1}`}>
        <svg viewBox="0 0 24 4" aria-hidden="true" focusable="false">
          <path class="plot-line" d="M2 2H22" />
        </svg>
        {word}
      </li>
    ))}
    {unit === "" ? null : <li>{unit}</li>}
  </ul>
);

const readAt = (series: readonly PlotSeries[], atMs: number) =>
  series.map(({ word, points }) => ({ word, value: points.find((point) => point.atMs === atMs)?.value ?? null }));
