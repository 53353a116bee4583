// What is plotted of a source, from the samples that the API gives.

import type { BroadcastHealth, SourceSample } from "#schema/api/broadcasts.ts";
import type { PlotProps } from "../ui/plot.tsx";
import type { PlotSpan } from "../ui/plot-shape.ts";
import { words } from "../words/studio.ts";
import type { SourceDip } from "./dips.ts";

/** Two samples and a half: one that is late does not tear the line. */
const HOLE_MS = 12_500;
const SHORT_MS = 5 * 60_000;
const LONG_MS = 10 * 60_000;

type Series = Pick<PlotProps, "title" | "unit" | "topMin" | "digits"> & {
  /** Dips of this figure are shaded. */
  dips?: readonly SourceDip["kind"][];
  value(sample: SourceSample): number | null;
  /** Left out without a single figure. */
  onlyIfKnown?: boolean;
};

const SERIES: Series[] = [
  {
    title: words.bitrate,
    unit: "kbit/s",
    topMin: 100,
    digits: 0,
    dips: ["upload", "bitrate"],
    value: ({ bitrateKbps }) => bitrateKbps,
  },
  {
    title: words.framesPerSecond,
    unit: "",
    topMin: 10,
    digits: 1,
    dips: ["frames", "upload"],
    value: ({ fps }) => fps,
  },
  {
    title: words.keyframeInterval,
    unit: "s",
    topMin: 2,
    digits: 1,
    value: ({ keyframeIntervalMs }) => (keyframeIntervalMs === null ? null : keyframeIntervalMs / 1_000),
  },
  {
    title: words.audioLevel,
    unit: "dB",
    topMin: 1,
    digits: 0,
    value: ({ audioLevelDb }) => audioLevelDb,
    onlyIfKnown: true,
  },
  { title: words.droppedFrames, unit: words.in5s, topMin: 3, digits: 0, value: ({ droppedFrames }) => droppedFrames },
  { title: words.speed, unit: "×", topMin: 1.5, digits: 2, value: ({ speed }) => speed },
  { title: words.restarts, unit: "", topMin: 1.5, digits: 0, value: ({ restarts }) => restarts },
];

/** Empty before the first sample. The span ends with the newest sample: the server's clock may not be this computer's. */
export function sourcePlots(
  { history = [], phase }: Pick<BroadcastHealth, "history" | "phase">,
  dips: readonly SourceDip[] = [],
): PlotProps[] {
  const first = history[0];
  const last = history.at(-1);
  if (!first || !last) return [];
  const toMs = Date.parse(last.at);
  const lengthMs = toMs - Date.parse(first.at) > SHORT_MS ? LONG_MS : SHORT_MS;
  const span = { fromMs: toMs - lengthMs, toMs };
  const endWord = phase === "lost" ? words.lastSeen : words.now;
  return SERIES.flatMap(({ value, onlyIfKnown, dips: kinds = [], ...series }) => {
    const points = history.map((sample) => ({ atMs: Date.parse(sample.at), value: value(sample) }));
    if (onlyIfKnown && points.every((point) => point.value === null)) return [];
    const bands = dips.filter(({ kind, toMs }) => kinds.includes(kind) && toMs > span.fromMs);
    return [
      {
        ...series,
        series: [{ word: series.title, points }],
        span,
        holeMs: HOLE_MS,
        endWord,
        bands: bands.map((dip) => within(dip, span)),
      },
    ];
  });
}

const within = ({ fromMs, toMs }: SourceDip, span: PlotSpan): PlotSpan => ({
  fromMs: Math.max(fromMs, span.fromMs),
  toMs: Math.min(toMs, span.toMs),
});
