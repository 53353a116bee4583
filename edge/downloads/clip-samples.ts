// Which samples of a clip's segments belong into its file, on one clock: from the keyframe before its first picture, which an edit list hides up
// to there, to the last one before its end.

import type { Track } from "#runtime/fmp4/init.ts";
import { readSamples, type StoredSample } from "#runtime/fmp4/samples.ts";

export interface ClipSegment {
  /** Where it begins, in ms from the beginning of the clip's first segment. */
  startMs: number;
  /** Time goes on from the segment before. */
  goesOn: boolean;
  bytes: Uint8Array;
}

export interface ClipSample extends StoredSample {
  /** Which segment has its bytes. */
  segment: number;
  /** Ticks from the beginning of the clip's first segment; a decode time may be below 0. */
  time: number;
  shown: number;
}

export interface TrackSamples {
  track: Track;
  samples: ClipSample[];
}

export interface ClipSpan {
  startMs: number;
  endMs: number;
}

/** Takes segments in their order, and keeps none of their bytes. */
export class ClipSamples {
  readonly tracks: TrackSamples[];
  #segments = 0;
  /** From the session's clock to the clip's. */
  #offsetMs = 0;

  constructor(private readonly of: readonly Track[]) {
    this.tracks = of.map((track) => ({ track, samples: [] }));
  }

  /** Throws Mp4Error. */
  add({ startMs, goesOn, bytes }: ClipSegment) {
    const segment = this.#segments++;
    const stored = readSamples(bytes, this.of);
    const first = stored.find(({ track }) => track.kind === "video") ?? stored[0];
    if (!first) return;
    if (!goesOn) this.#offsetMs = startMs - (shownAt(first) * 1_000) / first.track.timescale;
    for (const sample of stored) {
      const time = sample.decodeTime + ticksOf(sample.track, this.#offsetMs);
      const { samples } = this.tracks.find(({ track }) => track === sample.track)!;
      // Where sessions meet, the sound of the first may last a little longer.
      if (samples.length === 0 || time > samples.at(-1)!.time)
        samples.push({ ...sample, segment, time, shown: time + sample.compositionOffset });
    }
  }
}

const shownAt = ({ decodeTime, compositionOffset }: StoredSample) => decodeTime + compositionOffset;

/** The span, from the picture that is shown at its beginning: a picture is never cut. */
export function fromPicture(tracks: readonly TrackSamples[], span: ClipSpan): ClipSpan {
  const video = tracks.find(({ track }) => track.kind === "video");
  if (!video) return span;
  const ticks = ticksOf(video.track, span.startMs);
  const shown = video.samples.map((sample) => sample.shown).filter((at) => at <= ticks);
  if (shown.length === 0) return span;
  return { ...span, startMs: (shown.reduce((latest, at) => Math.max(latest, at)) * 1_000) / video.track.timescale };
}

/** What a decoder needs to show the span. Empty: the track has nothing in it. */
export function trimmed({ track, samples }: TrackSamples, { startMs, endMs }: ClipSpan): ClipSample[] {
  const [start, end] = [ticksOf(track, startMs), ticksOf(track, endMs)];
  const isIn = ({ shown, duration }: ClipSample) => shown < end && shown + duration > start;
  const from = samples.findIndex(isIn);
  if (from < 0) return [];
  const first = track.kind === "video" ? samples.findLastIndex(({ key, shown }) => key && shown <= start) : from - 1;
  return samples.slice(Math.max(0, first), samples.findLastIndex(isIn) + 1);
}

export const ticksOf = ({ timescale }: Track, ms: number) => Math.round((ms * timescale) / 1_000);
