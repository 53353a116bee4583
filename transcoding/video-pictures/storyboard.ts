// The storyboard of a video: small pictures at even intervals, in sheets. What is told of it is what was drawn.

import { rewriteTfdt } from "#runtime/fmp4/fragment.ts";
import type { Storyboard } from "#schema/tables/videos.ts";
import { boardOf, type DrawnSegment, type Moment } from "./choice.ts";
import { DrawingFailed, type DrawingParts, drawJpegs } from "./jpegs.ts";
import { type Keyframes, pictureOf, type StoredKeyframe } from "./keyframes.ts";

/** Of one picture. Each video is fit into it, with bars. */
const WIDTH = 160;
const HEIGHT = 90;
const COLUMNS = 10;
const ROWS = 10;
const EACH = COLUMNS * ROWS;
/** Segments that are read at once. */
const READS_MAX = 4;
/** Keyframes are dated so far from each other that no two overlap, whatever follows them in their fragments. */
const APART_S = 60;
const MAX_PIXELS = "40000000";

export interface Sheets {
  storyboard: Storyboard;
  sheets: Uint8Array[];
}

/** Null: nothing can be drawn from. Throws DrawingFailed, DrawingStopped, and what the store throws. */
export async function drawStoryboard(
  segments: readonly DrawnSegment[],
  { keyframes, ...parts }: DrawingParts & { keyframes: Keyframes },
): Promise<Sheets | null> {
  const board = boardOf(segments);
  if (!board) return null;
  const drawn: (Uint8Array | null)[] = [];
  for (let at = 0; at < board.moments.length; at += EACH)
    drawn.push(...(await drawSmall(board.moments.slice(at, at + EACH), keyframes, parts)));
  const pictures = filled(drawn);
  if (!pictures) return null;
  const sheets: Uint8Array[] = [];
  for (let at = 0; at < pictures.length; at += EACH) sheets.push(await drawSheet(pictures.slice(at, at + EACH), parts));
  const shape = { width: WIDTH, height: HEIGHT, columns: COLUMNS, rows: ROWS };
  return { storyboard: { intervalMs: board.intervalMs, ...shape, count: pictures.length }, sheets };
}

/** Where there is no picture, the one before it stands; at the beginning the first one. Null: there is none at all. */
export function filled<Picture>(pictures: readonly (Picture | null)[]): Picture[] | null {
  let last = pictures.find((picture) => picture !== null) ?? null;
  if (last === null) return null;
  return pictures.map((picture) => {
    last = picture ?? last;
    return last!;
  });
}

/** One for each moment; null: it does not decode. */
async function drawSmall(
  moments: readonly Moment[],
  keyframes: Keyframes,
  parts: DrawingParts,
): Promise<(Uint8Array | null)[]> {
  const found = await inTurns(moments, (moment) => keyframes.at(moment));
  const pictures: (Uint8Array | null)[] = [];
  for (let at = 0; at < found.length; ) {
    const hash = found[at]?.initHash;
    let end = at + 1;
    while (end < found.length && (found[end] === null || found[end]!.initHash === hash)) end++;
    const run = found.slice(at, end);
    const drawn = await drawRun(run, parts);
    for (let i = 0; i < run.length; i++) pictures.push(drawn[Math.min(i, drawn.length - 1)] ?? null);
    at = end;
  }
  return pictures;
}

/** Keyframes of one init. Empty: none of them decodes. */
async function drawRun(run: readonly (StoredKeyframe | null)[], parts: DrawingParts): Promise<Uint8Array[]> {
  const first = run.find((keyframe) => keyframe !== null);
  if (!first) return [];
  const input = [first.init];
  for (const [i, keyframe] of run.entries()) {
    const picture = keyframe && pictureOf(keyframe.fragment);
    if (!picture) continue;
    // The copy of a keyframe that stands for two moments has its own date.
    const fragment = {
      ...keyframe.fragment,
      data: keyframe.fragment.data.slice(),
      tracks: keyframe.fragment.tracks.map((track) => ({ ...track })),
    };
    rewriteTfdt(fragment, i * APART_S * 1_000 - (picture.firstPts * 1_000) / picture.track.timescale);
    input.push(fragment.data);
  }
  const shape = `scale=w='min(${WIDTH},${HEIGHT}*dar)':h='min(${HEIGHT},${WIDTH}/dar)',setsar=1,pad=${WIDTH}:${HEIGHT}:-1:-1`;
  // A picture that does not decode is filled by the one before it. Without `pass` the last one is dropped: it lasts less than the half of
  // APART_S.
  const args = [
    ...["-threads", "1", "-skip_frame", "nokey", "-max_pixels", MAX_PIXELS, "-f", "mp4", "-i", "pipe:0", "-an"],
    ...["-vf", `fps=1/${APART_S}:start_time=0:eof_action=pass,${shape},format=yuvj420p`, "-vsync", "passthrough"],
    ...["-threads:v", "1", "-c:v", "mjpeg", "-q:v", "3"],
  ];
  const drawn = await drawJpegs({ args, input }, parts).catch((error) => {
    if (error instanceof DrawingFailed) return [];
    throw error;
  });
  return drawn.slice(0, run.length).map(({ bytes }) => bytes);
}

async function drawSheet(pictures: readonly Uint8Array[], parts: DrawingParts): Promise<Uint8Array> {
  const args = [
    ...["-threads", "1", "-f", "jpeg_pipe", "-framerate", "25", "-i", "pipe:0"],
    ...["-vf", `tile=${COLUMNS}x${ROWS}`, "-frames:v", "1", "-threads:v", "1", "-c:v", "mjpeg", "-q:v", "5"],
  ];
  const [sheet, ...more] = await drawJpegs({ args, input: pictures }, parts);
  if (!sheet || more.length > 0 || sheet.width !== WIDTH * COLUMNS || sheet.height !== HEIGHT * ROWS)
    throw new DrawingFailed(`a sheet of ${sheet?.width}x${sheet?.height}`);
  return new Uint8Array(sheet.bytes);
}

async function inTurns<Of, Result>(all: readonly Of[], work: (of: Of) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = new Array(all.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < all.length; i = next++) results[i] = await work(all[i]!);
  };
  await Promise.all(Array.from({ length: READS_MAX }, worker));
  return results;
}
