// Dips in the samples of a source: times in which a figure was far below what is usual for this source, long enough that viewers notice.

import type { SourceSample } from "#schema/api/broadcasts.ts";

export interface Dip {
  fromMs: number;
  /** End of the last sample that was low. */
  toMs: number;
  lowest: number;
  /** The median of all samples. */
  usual: number;
}

/** As the server samples. */
const SAMPLE_MS = 5_000;
/** A shorter dip is none. */
const LENGTH_MS_MIN = 10_000;
/** With fewer samples nobody knows what is usual. */
const SAMPLES_MIN = 6;
const BITRATE_SHARE = 0.6;
const FPS_SHARE = 0.85;
/** Media time against the wall clock: below it the stream comes late. */
const SLOW = 0.97;

export type SourceDip =
  /** The upload did not carry the stream: pictures are missing, or came late. */
  | ({ kind: "upload" } & Dip)
  /** Fewer bits, and all pictures. */
  | ({ kind: "bitrate" } & Dip)
  | ({ kind: "frames" } & Dip);

/** Oldest first. */
export function sourceDips(history: readonly SourceSample[]): SourceDip[] {
  const frames = dipsOf(history, ({ fps }) => fps, FPS_SHARE);
  const bits = dipsOf(history, ({ bitrateKbps }) => bitrateKbps, BITRATE_SHARE);
  const found: SourceDip[] = bits.map((dip) => ({
    ...dip,
    kind: isStrained(history, dip, frames) ? "upload" : "bitrate",
  }));
  for (const dip of frames) if (!bits.some((other) => overlap(dip, other))) found.push({ ...dip, kind: "frames" });
  return found.sort((a, b) => a.fromMs - b.fromMs);
}

const isStrained = (history: readonly SourceSample[], dip: Dip, frames: readonly Dip[]) =>
  frames.some((other) => overlap(dip, other)) ||
  history.some((sample) => isWithin(sample, dip) && (sample.droppedFrames > 0 || sample.speed < SLOW));

const overlap = (a: Dip, b: Dip) => a.fromMs < b.toMs && b.fromMs < a.toMs;

/** A sample is dated by its end. */
function isWithin({ at }: SourceSample, { fromMs, toMs }: Dip): boolean {
  const atMs = Date.parse(at);
  return atMs > fromMs && atMs <= toMs;
}

function dipsOf(history: readonly SourceSample[], value: (sample: SourceSample) => number, share: number): Dip[] {
  if (history.length < SAMPLES_MIN) return [];
  const usual = median(history.map(value));
  const dips: Dip[] = [];
  let open: Dip | null = null;
  for (const sample of history) {
    const now = value(sample);
    const atMs = Date.parse(sample.at);
    if (now >= usual * share) open = null;
    else if (open && atMs - open.toMs <= SAMPLE_MS * 1.5) {
      open.toMs = atMs;
      open.lowest = Math.min(open.lowest, now);
    } else {
      open = { fromMs: atMs - SAMPLE_MS, toMs: atMs, lowest: now, usual };
      dips.push(open);
    }
  }
  return dips.filter(({ fromMs, toMs }) => toMs - fromMs >= LENGTH_MS_MIN);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
