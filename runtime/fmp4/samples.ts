// Every sample of a stored segment: its times, and where its bytes are. For joining files; the live path needs fragments alone (fragment.ts).

import { boxes, i32, i64, Mp4Error, u32 } from "./box.ts";
import { readTfhdDefaults } from "./fragment.ts";
import type { Track } from "./init.ts";

export interface StoredSample {
  track: Track;
  /** Place and length of its bytes in the segment. */
  at: number;
  bytes: number;
  /** Ticks of the track; presentation is decode time plus the offset. */
  decodeTime: number;
  compositionOffset: number;
  duration: number;
  /** It can be decoded alone. */
  key: boolean;
}

const NON_SYNC = 0x10000;
/** Samples of a segment: minutes of sound and picture. Checked, because a huge count needs no bytes in the file. */
const SAMPLES_MAX = 1_000_000;

/** In the order of the file: of one track in the order of decoding. Throws Mp4Error. */
export function readSamples(b: Uint8Array, tracks: readonly Track[]): StoredSample[] {
  const found: StoredSample[] = [];
  for (const moof of boxes(b, 0, b.length)) {
    if (moof.type !== "moof") continue;
    for (const traf of boxes(b, moof.start, moof.end))
      if (traf.type === "traf") readTraf(b, { traf, moofAt: moof.start - 8, tracks }, found);
  }
  return found;
}

interface TrafPlace {
  traf: { start: number; end: number };
  /** Positions of samples count from here (ISO/IEC 14496-12 §8.8.7.1, default-base-is-moof). */
  moofAt: number;
  tracks: readonly Track[];
}

function readTraf(b: Uint8Array, { traf, moofAt, tracks }: TrafPlace, found: StoredSample[]) {
  let run: RunState | null = null;
  for (const box of boxes(b, traf.start, traf.end)) {
    if (box.type === "tfhd") {
      const track = tracks.find(({ id }) => id === u32(b, box.start + 4));
      if (!track) throw new Mp4Error("a fragment of an unknown track");
      if (u32(b, box.start) & 0x1) throw new Mp4Error("a fragment whose samples are counted from the file's start");
      run = { track, defaults: readTfhdDefaults(b, box, track), decodeTime: 0, at: moofAt };
    } else if (box.type === "tfdt" && run) run.decodeTime = (b[box.start] === 1 ? i64 : u32)(b, box.start + 4);
    else if (box.type === "trun" && run) readRun(b, box, { run, moofAt, found });
  }
}

interface RunState {
  track: Track;
  defaults: { duration: number; size: number; flags: number };
  /** Of the next sample. */
  decodeTime: number;
  at: number;
}

function readRun(
  b: Uint8Array,
  { start, end }: { start: number; end: number },
  { run, moofAt, found }: { run: RunState; moofAt: number; found: StoredSample[] },
) {
  const flags = u32(b, start) & 0xffffff;
  const count = u32(b, start + 4);
  let at = start + 8;
  const next = () => {
    if (at + 4 > end) throw new Mp4Error("a trun box is too short");
    at += 4;
    return at - 4;
  };
  if (flags & 0x1) run.at = moofAt + i32(b, next());
  const firstFlags = flags & 0x4 ? u32(b, next()) : null;
  if (found.length + count > SAMPLES_MAX) throw new Mp4Error("too many samples");
  for (let i = 0; i < count; i++) {
    const duration = flags & 0x100 ? u32(b, next()) : run.defaults.duration;
    const bytes = flags & 0x200 ? u32(b, next()) : run.defaults.size;
    const own = flags & 0x400 ? u32(b, next()) : run.defaults.flags;
    const compositionOffset = flags & 0x800 ? (b[start] === 0 ? u32 : i32)(b, next()) : 0;
    if (run.at < 0 || run.at + bytes > b.length) throw new Mp4Error("a sample outside of its segment");
    const key = ((i === 0 && firstFlags !== null ? firstFlags : own) & NON_SYNC) === 0;
    const { track, decodeTime } = run;
    found.push({ track, at: run.at, bytes, decodeTime, compositionOffset, duration, key });
    run.decodeTime += duration;
    run.at += bytes;
  }
}
