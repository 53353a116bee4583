// A clip as an ordinary MP4: `moov`, then the bytes of its samples in the order in which they are stored. Its segments are read once for their
// tables, and again as they are sent.

import { parseInit } from "#runtime/fmp4/init.ts";
import { type ClipSample, ClipSamples, type ClipSegment, type ClipSpan, fromPicture, trimmed } from "./clip-samples.ts";
import { type JoinedFile, joinedFile, type Piece } from "./joined-file.ts";
import { type MovieTrack, movieBox } from "./movie-box.ts";
import { box, concat, u32s } from "./mp4-boxes.ts";

export interface ClipPart extends Omit<ClipSegment, "bytes"> {
  read(): Promise<Uint8Array>;
}

interface ClipFileParts {
  init: Uint8Array;
  segments: readonly ClipPart[];
  /** In ms from the beginning of the first segment. */
  span: ClipSpan;
  name: string;
}

const FTYP = box("ftyp", Buffer.from("isom", "latin1"), u32s(0x200), Buffer.from("isomiso2avc1mp41", "latin1"));
/** `mdat` with its header of eight bytes: a clip is far from 4 GB. */
const MDAT_HEAD_BYTES = 8;

/** Null: there is nothing in the span. Throws what reading throws, and Mp4Error. */
export async function clipFile({ init, segments, span: asked, name }: ClipFileParts): Promise<JoinedFile | null> {
  const tracks = parseInit(init);
  const samples = new ClipSamples(tracks);
  for (const { read, ...segment } of segments) samples.add({ ...segment, bytes: await read() });
  const all = samples.tracks;
  const span = fromPicture(all, asked);
  const kept = all
    .map(({ track, samples }) => ({ track, samples: trimmed({ track, samples }, span), chunks: [] }) as MovieTrack)
    .filter(({ samples }) => samples.length > 0);
  if (kept.length === 0) return null;
  const slices = layOut(kept, segments.length);
  const moovBytes = movieBox({ init, tracks: kept, span }).length;
  const firstAt = FTYP.length + moovBytes + MDAT_HEAD_BYTES;
  for (const { chunks } of kept) for (const chunk of chunks) chunk.at += firstAt;
  const bytesOf = (of: readonly Slice[]) => of.reduce((sum, { bytes }) => sum + bytes, 0);
  const mediaBytes = slices.reduce((sum, of) => sum + bytesOf(of), 0);
  const head = concat(
    FTYP,
    movieBox({ init, tracks: kept, span }),
    u32s(MDAT_HEAD_BYTES + mediaBytes),
    Buffer.from("mdat", "latin1"),
  );
  const pieces: Piece[] = [{ bytes: head.length, read: async () => head }];
  for (const [i, of] of slices.entries())
    if (of.length > 0) pieces.push({ bytes: bytesOf(of), read: async () => cut(await segments[i]!.read(), of) });
  return joinedFile(pieces, `${name} ${Bun.hash(head)}`);
}

interface Slice {
  at: number;
  bytes: number;
}

/** Gives each chunk its place behind the head, and returns which bytes of each segment are in the file. */
function layOut(tracks: readonly MovieTrack[], segments: number): Slice[][] {
  const slices = Array.from({ length: segments }, (): Slice[] => []);
  const stored = tracks
    .flatMap((movie) => movie.samples.map((sample) => ({ movie, sample })))
    .sort((a, b) => a.sample.segment - b.sample.segment || a.sample.at - b.sample.at);
  let at = 0;
  let before: { movie: MovieTrack; sample: ClipSample } | undefined;
  for (const one of stored) {
    const { movie, sample } = one;
    const isNext =
      before?.sample.segment === sample.segment && before.sample.at + before.sample.bytes === sample.at ? before : null;
    if (isNext) slices[sample.segment]!.at(-1)!.bytes += sample.bytes;
    else slices[sample.segment]!.push({ at: sample.at, bytes: sample.bytes });
    if (isNext?.movie === movie) movie.chunks.at(-1)!.samples++;
    else movie.chunks.push({ at, samples: 1 });
    at += sample.bytes;
    before = one;
  }
  return slices;
}

const cut = (bytes: Uint8Array, slices: readonly Slice[]) =>
  concat(...slices.map(({ at, bytes: length }) => bytes.subarray(at, at + length)));
