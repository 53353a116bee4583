import { expect, test } from "bun:test";
import { PLOTS } from "../../../observation/plots.ts";
import { plotRows, plotWords } from "../words/observation.ts";
import { metricPlots } from "./metric-plots.ts";

test("each plot that edges collect has a place and words for each of its lines, and no other is named", () => {
  expect(plotRows.flatMap(([, ids]) => ids)).toEqual(PLOTS.map(({ id }) => id));
  for (const { id, series } of PLOTS) expect(Object.keys(plotWords[id]?.series ?? {})).toEqual(Object.keys(series));
  expect(Object.keys(plotWords)).toHaveLength(PLOTS.length);
});

test("points have their times, and the span ends with the newest", () => {
  const times = ["2026-11-30T10:00:00.000Z", "2026-11-30T10:00:05.000Z"];
  const view = { isCollecting: true, everyMs: 5_000, sources: [], times };
  const plots = metricPlots(
    {
      ...view,
      plots: [
        { id: "lines", series: [{ id: "said", values: [1, null] }] },
        { id: "of later", series: [] },
      ],
    },
    "5",
  );
  const toMs = Date.parse(times[1]!);
  expect([...plots.keys()]).toEqual(["lines"]);
  expect(plots.get("lines")).toMatchObject({
    ...{ title: "Messages", unit: "per s", span: { fromMs: toMs - 300_000, toMs }, holeMs: 12_500 },
    series: [
      {
        word: "Said",
        points: [
          { atMs: toMs - 5_000, value: 1 },
          { atMs: toMs, value: null },
        ],
      },
    ],
  });
});
