// How a plotted figure comes from the metrics of all processes: two scrapes of each, one after the other, become one number.

import type { Labels, Sample } from "./exposition.ts";

/** Labels that a sample must have. A text beginning with `!`: it must have another one; ending with `…`: one that begins so. */
export type Where = Readonly<Record<string, string>>;

export type Measure =
  /** The present values, added up or the highest. */
  | { kind: "sum" | "max"; metric: string; where?: Where; of?: ProcessKind; times?: number }
  /** What a counter grew by in a second, over all processes. */
  | { kind: "rate"; metric: string; where?: Where; of?: ProcessKind; times?: number }
  /** Of a histogram: the value that this share of the observations since the last scrape did not exceed. */
  | { kind: "quantile"; metric: string; share: number; where?: Where; of?: ProcessKind; times?: number };

export type ProcessKind = "edge" | "actor";

/** What one process showed. */
export interface Scrape {
  kind: ProcessKind;
  /** Monotonic. */
  atMs: number;
  samples: ReadonlyMap<string, readonly Sample[]>;
}

/** Of one process; null: it did not answer, or not before. */
export interface ScrapePair {
  now: Scrape;
  before: Scrape | null;
}

/** Name of the samples that a measure reads. */
export const metricOf = ({ kind, metric }: Measure) => (kind === "quantile" ? `${metric}_bucket` : metric);

/** Null: no process says. */
export function measured(measure: Measure, pairs: readonly ScrapePair[]): number | null {
  const of = pairs.filter(({ now }) => measure.of === undefined || now.kind === measure.of);
  const value = measure.kind === "quantile" ? quantile(measure, of) : plain(measure, of);
  return value === null ? null : value * (measure.times ?? 1);
}

function plain(measure: Exclude<Measure, { kind: "quantile" }>, pairs: readonly ScrapePair[]): number | null {
  const { kind, metric, where = {} } = measure;
  const values = pairs.flatMap(({ now, before }): number[] => {
    const here = (now.samples.get(metric) ?? []).filter(({ labels }) => fits(labels, where));
    if (kind !== "rate") return here.map(({ value }) => value);
    if (!before) return [];
    // A counter without samples yet has not counted.
    const past = before.samples.get(metric) ?? [];
    const grown = here.reduce((sum, sample) => sum + growth(sample, past), 0);
    return [grown / secondsBetween(before, now)];
  });
  if (values.length === 0) return null;
  return kind === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

function quantile(measure: Extract<Measure, { kind: "quantile" }>, pairs: readonly ScrapePair[]): number | null {
  const { share, where = {} } = measure;
  const name = metricOf(measure);
  /** Observations up to each bound, over all processes and labels. */
  const counts = new Map<number, number>();
  for (const { now, before } of pairs) {
    if (!before) continue;
    const past = before.samples.get(name) ?? [];
    for (const sample of now.samples.get(name) ?? []) {
      if (!fits(sample.labels, where)) continue;
      const bound = Number(sample.labels.le === "+Inf" ? Number.POSITIVE_INFINITY : sample.labels.le);
      counts.set(bound, (counts.get(bound) ?? 0) + growth(sample, past));
    }
  }
  return quantileOf(
    [...counts].sort(([a], [b]) => a - b),
    share,
  );
}

/** As Prometheus' histogram_quantile: even within a bucket; above the last bound, that bound. Null without observations. */
export function quantileOf(
  buckets: readonly (readonly [bound: number, count: number])[],
  share: number,
): number | null {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total === 0) return null;
  const rank = share * total;
  const at = buckets.findIndex(([, count]) => count >= rank);
  const [bound = 0, count = 0] = buckets[at] ?? [];
  const [lower = 0, below = 0] = buckets[at - 1] ?? [];
  if (!Number.isFinite(bound)) return lower;
  return count === below ? bound : lower + ((bound - lower) * (rank - below)) / (count - below);
}

/** A counter that fell was begun anew: its process was restarted. */
function growth({ labels, value }: Sample, past: readonly Sample[]): number {
  const before = past.find((sample) => same(sample.labels, labels))?.value ?? 0;
  return value >= before ? value - before : value;
}

const secondsBetween = (before: Scrape, now: Scrape) => Math.max(0.001, (now.atMs - before.atMs) / 1_000);

function same(one: Labels, other: Labels) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

const fits = (labels: Labels, where: Where) =>
  Object.entries(where).every(([name, wanted]) => {
    const value = labels[name] ?? "";
    if (wanted.startsWith("!")) return value !== wanted.slice(1);
    return wanted.endsWith("…") ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
  });
