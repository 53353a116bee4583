// The number of viewers over the time that this page is open. The server keeps no such history of a broadcast.

import type { PlotPoint } from "../ui/plot-shape.ts";

/** A sample each 5 s for two hours; then the oldest go. */
const SAMPLES_MAX = 1_440;
const APART_MS_MIN = 5_000;

/** With the number of now, unless the newest sample is younger than 5 s. */
export function withViewers(samples: readonly PlotPoint[], atMs: number, viewers: number): readonly PlotPoint[] {
  const newest = samples.at(-1);
  if (newest && atMs - newest.atMs < APART_MS_MIN) return samples;
  return [...samples, { atMs, value: viewers }].slice(-SAMPLES_MAX);
}
