// A video's segments as one fragmented MP4: its init segment, an index, and each segment with its times moved, so that sessions follow each
// other without a hole. No size changes by that, so the whole layout is known from the rows and from the ends of each run.

import { boxes } from "#runtime/fmp4/box.ts";
import { parseMoof, rewriteTfdt } from "#runtime/fmp4/fragment.ts";
import { parseInit, type Track } from "#runtime/fmp4/init.ts";
import type { DownloadRow } from "#schema/queries/videos/download-rows.ts";
import { type JoinedFile, joinedFile, type Piece } from "./joined-file.ts";
import { type IndexEntry, segmentIndex, withDuration } from "./mp4-boxes.ts";
import type { SessionFile } from "./sessions.ts";

interface FragmentedParts {
  file: SessionFile;
  /** Also the name of the bytes, for their validator. */
  name: string;
  readInit(hash: string): Promise<Uint8Array>;
  readSegment(row: DownloadRow): Promise<Uint8Array>;
}

/** Reads the first and the last segment of each run. Throws what reading throws, and Mp4Error. */
export async function fragmentedFile({ file, name, readInit, readSegment }: FragmentedParts): Promise<JoinedFile> {
  const init = await readInit(file.initHash);
  const tracks = parseInit(init);
  const entries: IndexEntry[] = [];
  const segments: Piece[] = [];
  let endMs = 0;
  for (const run of file.runs) {
    const [first, last] = [spanOf(await readSegment(run[0]!), tracks), spanOf(await readSegment(run.at(-1)!), tracks)];
    const byMs = endMs - first.startMs;
    let atMs = endMs;
    endMs = last.endMs + byMs;
    for (const [i, row] of run.entries()) {
      const nextMs = i === run.length - 1 ? endMs : atMs + row.durationMs;
      entries.push({ bytes: row.bytes, durationMs: nextMs - atMs, keyed: row.keyed });
      atMs = nextMs;
      const sequence = segments.length;
      segments.push({
        bytes: row.bytes,
        read: async () => moved(await readSegment(row), { tracks, byMs, sequence }),
      });
    }
  }
  const head = [withDuration(init, endMs), segmentIndex(entries, tracks)];
  const pieces = [...head.map((bytes) => ({ bytes: bytes.length, read: async () => bytes })), ...segments];
  const identity = file.runs.map((run) => run.map(({ number, epoch }) => `${number}-${epoch}`).join()).join(" ");
  return joinedFile(pieces, `${name} ${file.initHash} ${identity}`);
}

/** From the first sample of any track to the end of the last one. */
function spanOf(bytes: Uint8Array, tracks: Track[]): { startMs: number; endMs: number } {
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, 0];
  for (const moof of boxes(bytes, 0, bytes.length)) {
    if (moof.type !== "moof") continue;
    for (const { track, decodeTime, duration } of parseMoof(bytes, moof, tracks)) {
      startMs = Math.min(startMs, (decodeTime * 1_000) / track.timescale);
      endMs = Math.max(endMs, ((decodeTime + duration) * 1_000) / track.timescale);
    }
  }
  return { startMs: Number.isFinite(startMs) ? startMs : 0, endMs };
}

/** Numbers of fragments rise within a file; a segment has fewer than this. */
const FRAGMENTS_MAX = 65_536;
const FREE = Buffer.from("free", "latin1");

/** A copy whose fragments begin so much later, and whose boxes say nothing of another file. */
function moved(
  stored: Uint8Array,
  { tracks, byMs, sequence }: { tracks: Track[]; byMs: number; sequence: number },
): Uint8Array {
  const data = stored.slice();
  const view = new DataView(data.buffer);
  let fragments = 0;
  for (const { type, start, end } of boxes(data, 0, data.length)) {
    if (type === "sidx") data.set(FREE, start - 4);
    if (type !== "moof") continue;
    rewriteTfdt({ data, tracks: parseMoof(data, { start, end }, tracks) }, byMs);
    for (const inner of boxes(data, start, end))
      if (inner.type === "mfhd") view.setUint32(inner.start + 4, (sequence * FRAGMENTS_MAX + fragments++ + 1) >>> 0);
  }
  return data;
}
