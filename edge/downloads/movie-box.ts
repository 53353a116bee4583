// The `moov` of an ordinary MP4: sample tables, and the edit list that hides what comes before the first picture (ISO/IEC 14496-12 §8.6.6). FFmpeg
// and browsers follow edit lists here, and not in fragmented files.

import { needBox } from "#runtime/fmp4/box.ts";
import type { ClipSample, ClipSpan, TrackSamples } from "./clip-samples.ts";
import { ticksOf } from "./clip-samples.ts";
import { box, concat, rawBox, traksIn, u16s, u32s, words32 } from "./mp4-boxes.ts";

/** Ticks per second of the movie: a frame of any usual rate is a whole number of them. */
const MOVIE_TIMESCALE = 90_000;
const MATRIX = u32s(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/** Samples of one track whose bytes follow each other. */
export interface Chunk {
  /** In the file. */
  at: number;
  samples: number;
}

export interface MovieTrack extends TrackSamples {
  chunks: Chunk[];
}

interface MovieParts {
  /** Of which the tracks are taken: their sample entries and names. */
  init: Uint8Array;
  tracks: readonly MovieTrack[];
  span: ClipSpan;
}

/** Its length depends on the numbers of samples and chunks alone. */
export function movieBox({ init, tracks, span }: MovieParts): Uint8Array {
  const duration = Math.round(((span.endMs - span.startMs) * MOVIE_TIMESCALE) / 1_000);
  const ids = u32s(0, 0, 0, 0, 0, 0, Math.max(...tracks.map(({ track }) => track.id)) + 1);
  const mvhd = box("mvhd", u32s(0, 0, 0, MOVIE_TIMESCALE, duration, 0x10000), u16s(0x100, 0), u32s(0, 0), MATRIX, ids);
  const traks = tracks.map((track) => trak(init, track, { span, duration }));
  return box("moov", mvhd, ...traks);
}

function trak(
  init: Uint8Array,
  movie: MovieTrack,
  { span, duration }: { span: ClipSpan; duration: number },
): Uint8Array {
  const { track, samples } = movie;
  const stored = storedTrak(init, track.id);
  const isVideo = track.kind === "video";
  const [first] = samples;
  const size = stored.tkhd.subarray(-8);
  const tkhd = box(
    "tkhd",
    u32s(3, 0, 0, track.id, 0, duration, 0, 0),
    u16s(0, 0, isVideo ? 0 : 0x100, 0),
    MATRIX,
    size,
  );
  // Sound that begins behind the first picture waits for it: an empty edit.
  const startsAt = ticksOf(track, span.startMs);
  const lateMs = ((first!.shown - startsAt) * 1_000) / track.timescale;
  const empty = lateMs > 0 ? Math.round((lateMs * MOVIE_TIMESCALE) / 1_000) : 0;
  const mediaTime = Math.max(startsAt, first!.shown) - first!.time;
  const edits = [...(empty > 0 ? [empty, 0xffff_ffff, 0x10000] : []), duration - empty, mediaTime, 0x10000];
  const edts = box("edts", box("elst", u32s(0, edits.length / 3, ...edits)));
  const mdhd = box("mdhd", u32s(0, 0, 0, track.timescale, lengthOf(samples)), u16s(0x55c4, 0));
  const minf = box("minf", stored.header, stored.dinf, sampleTable(stored.stsd, movie));
  return box("trak", tkhd, edts, box("mdia", mdhd, stored.hdlr, minf));
}

function storedTrak(init: Uint8Array, id: number) {
  const moov = needBox(init, { start: 0, end: init.length }, ["moov"], { bytes: 8 });
  for (const found of traksIn(init, moov)) {
    const tkhd = rawBox(init, found, "tkhd");
    const view = new DataView(tkhd.buffer, tkhd.byteOffset, tkhd.byteLength);
    if (view.getUint32(8 + (tkhd[8] === 1 ? 20 : 12)) !== id) continue;
    const inMinf = (type: string) => rawBox(init, found, "mdia", "minf", type);
    const header = [inMinf("vmhd"), inMinf("smhd")].find(({ length }) => length > 0) ?? box("nmhd", u32s(0));
    return {
      tkhd,
      hdlr: rawBox(init, found, "mdia", "hdlr"),
      header,
      dinf: inMinf("dinf"),
      stsd: rawBox(init, found, "mdia", "minf", "stbl", "stsd"),
    };
  }
  throw new Error(`no track ${id}`);
}

function sampleTable(stsd: Uint8Array, { track, samples, chunks }: MovieTrack): Uint8Array {
  const durations = samples.map((sample, i) =>
    Math.max(1, (samples[i + 1]?.time ?? sample.time + sample.duration) - sample.time),
  );
  const offsets = samples.map((sample) => sample.compositionOffset);
  const keys = samples.flatMap(({ key }, i) => (key ? [i + 1] : []));
  const isSigned = offsets.some((offset) => offset < 0);
  const perChunk = runs(chunks.map((chunk) => chunk.samples));
  let firstChunk = 1;
  const stsc = perChunk.flatMap(([count, size]) => {
    const entry = [firstChunk, size, 1];
    firstChunk += count;
    return entry;
  });
  return box(
    "stbl",
    stsd,
    table("stts", runs(durations).flat(), 2),
    ...(offsets.some((offset) => offset !== 0)
      ? [table("ctts", runs(offsets).flat(), 2, isSigned ? 0x0100_0000 : 0)]
      : []),
    ...(track.kind === "video" ? [table("stss", keys, 1)] : []),
    table("stsc", stsc, 3),
    box("stsz", words32([0, 0, samples.length, ...samples.map(({ bytes }) => bytes)])),
    table(
      "stco",
      chunks.map(({ at }) => at),
      1,
    ),
  );
}

/** A full box that begins with the number of its entries. */
const table = (type: string, words: readonly number[], width: number, version = 0) =>
  box(type, concat(u32s(version, words.length / width), words32(words)));

/** Equal numbers in a row, as `[count, number]`. */
function runs(numbers: readonly number[]): [count: number, value: number][] {
  const found: [number, number][] = [];
  for (const value of numbers) {
    const last = found.at(-1);
    if (last && last[1] === value) last[0]++;
    else found.push([1, value]);
  }
  return found;
}

function lengthOf(samples: readonly ClipSample[]): number {
  const last = samples.at(-1)!;
  return last.time + last.duration - samples[0]!.time;
}
