// The viewers' plot of a page that is open for long.

import { expect, test } from "bun:test";
import type { PlotPoint } from "../ui/plot-shape.ts";
import { withViewers } from "./viewer-samples.ts";

test("samples are 5 s apart, and after two hours the oldest go", () => {
  let samples: readonly PlotPoint[] = [];
  for (let second = 0; second <= 8_000; second += 2.5) samples = withViewers(samples, second * 1_000, second);
  expect(samples).toHaveLength(1_440);
  expect([samples[0]!.atMs, samples.at(-1)]).toEqual([805_000, { atMs: 8_000_000, value: 8_000 }]);
});
