// Tables and plots.

import { Plot, type PlotProps } from "../ui/plot.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { State } from "./state.tsx";

interface Row {
  name: string;
  viewers: number | null;
  how: string;
}

const ROWS: Row[] = Array.from({ length: 120 }, (_, at) => ({
  name: `broadcast-${String((at * 37) % 120).padStart(3, "0")}`,
  viewers: at % 7 === 3 ? null : (at * 7_919) % 12_000,
  how: at % 3 === 0 ? "The encoder did not come back" : "Ended by hand",
}));

const COLUMNS: readonly Column<Row>[] = [
  { word: "Broadcast", cell: ({ name }) => <a href={`#${name}`}>{name}</a>, sortBy: ({ name }) => name },
  {
    word: "Peak viewers",
    isFigure: true,
    cell: ({ viewers }) => viewers?.toLocaleString("en") ?? "–",
    sortBy: ({ viewers }) => viewers,
  },
  { word: "How it ended", cell: ({ how }) => how },
];

/** Noon on the 30th of November 2026. */
const END_MS = 1_796_040_000_000;
const STEP_MS = 5_000;
const wave = (base: number, swing: number, phase: number) =>
  Array.from({ length: 60 }, (_, at) => ({
    atMs: END_MS - (59 - at) * STEP_MS,
    value: at >= 30 && at < 36 ? null : Math.round(base + swing * Math.sin(at / 6 + phase)),
  }));
const common: Omit<PlotProps, "title" | "series"> = {
  unit: "kbit/s",
  span: { fromMs: END_MS - 300_000, toMs: END_MS },
  topMin: 100,
  holeMs: 12_500,
  digits: 0,
  endWord: "now",
};

export const DataStates = () => (
  <>
    <State name="table">
      <Table caption="Broadcasts" columns={COLUMNS} rows={ROWS} keyOf={({ name }) => name} />
    </State>
    <State name="table without rows">
      <Table caption="No broadcasts" columns={COLUMNS} rows={[]} keyOf={({ name }) => name} />
    </State>
    <State name="plot">
      <Plot {...common} title="Bitrate" series={[{ word: "Bitrate", points: wave(4_500, 900, 0) }]} />
    </State>
    <State name="plot of four">
      <Plot
        {...common}
        title="Bitrates"
        series={["source", "720p", "480p", "audio"].map((word, at) => ({
          word,
          points: wave(4_500 / (at + 1), 500, at),
        }))}
      />
    </State>
    <State name="plot without figures">
      <Plot {...common} title="Nothing yet" series={[{ word: "Nothing yet", points: [] }]} />
    </State>
  </>
);
