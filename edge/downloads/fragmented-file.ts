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
  let ends: TrackTimes = new Map();
  let atMs = 0;
  for (const run of file.runs) {
    const first = timesOf(await readSegment(run[0]!), tracks);
    const last = run.length === 1 ? first : timesOf(await readSegment(run.at(-1)!), tracks);
    const byMs = shiftOf(first.starts, ends);
    ends = new Map([...last.ends].map(([track, ms]) => [track, ms + byMs]));
    const endMs = Math.max(atMs, ...ends.values());
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
  const head = [withDuration(init, atMs), segmentIndex(entries, tracks)];
  const pieces = [...head.map((bytes) => ({ bytes: bytes.length, read: async () => bytes })), ...segments];
  const identity = file.runs.map((run) => run.map(({ number, epoch }) => `${number}-${epoch}`).join()).join(" ");
  return joinedFile(pieces, `${name} ${file.initHash} ${identity}`);
}

/** In ms of decoding, by id of the track. */
type TrackTimes = Map<number, number>;

/** How far a run is moved: so little that no track of it begins before that track has ended; the first one to 0. */
function shiftOf(starts: TrackTimes, ends: TrackTimes): number {
  const shifts = [...starts].map(([track, startMs]) => (ends.get(track) ?? 0) - startMs);
  return shifts.length === 0 ? 0 : Math.max(...shifts);
}

/** When each track begins and ends in a segment. */
function timesOf(bytes: Uint8Array, tracks: Track[]): { starts: TrackTimes; ends: TrackTimes } {
  const [starts, ends]: [TrackTimes, TrackTimes] = [new Map(), new Map()];
  for (const moof of boxes(bytes, 0, bytes.length)) {
    if (moof.type !== "moof") continue;
    for (const { track, decodeTime, duration } of parseMoof(bytes, moof, tracks)) {
      const toMs = (ticks: number) => (ticks * 1_000) / track.timescale;
      starts.set(track.id, Math.min(starts.get(track.id) ?? Number.POSITIVE_INFINITY, toMs(decodeTime)));
      ends.set(track.id, Math.max(ends.get(track.id) ?? 0, toMs(decodeTime + duration)));
    }
  }
  return { starts, ends };
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
