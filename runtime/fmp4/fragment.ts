// A movie fragment (moof + mdat): parses its times and whether it begins with a keyframe, and moves it in time.

import { boxes, i32, i64, Mp4Error, u32 } from "./box.ts";
import type { Track } from "./init.ts";

export interface Fragment {
  /** moof and mdat. */
  data: Uint8Array;
  /** The tracks that have samples in this fragment. */
  tracks: FragmentTrack[];
}

/** Times in ticks of the track. */
export interface FragmentTrack {
  track: Track;
  /** Decode time of the first sample (tfdt). The standard has it unsigned; muxers write what lies below zero as a signed number. */
  decodeTime: number;
  duration: number;
  samples: number;
  /** The first sample is a sync sample: it can be decoded alone. */
  keyframe: boolean;
  /** Presentation time of the first sample. */
  firstPts: number;
  /** Position of the decode time in `data`, for rewriteTfdt. */
  tfdtAt: number;
  tfdtIs64: boolean;
}

const NON_SYNC = 0x10000;
/** Samples of one track in one fragment; ours hold a handful. Checked, because a huge count needs no bytes in the file. */
const SAMPLES_MAX = 65_536;

/** `start` to `end` is the body of the moof in `b`. Throws Mp4Error. */
export function parseMoof(b: Uint8Array, { start, end }: { start: number; end: number }, tracks: Track[]) {
  const found: FragmentTrack[] = [];
  for (const box of boxes(b, start, end)) {
    if (box.type !== "traf") continue;
    const parsed = parseTraf(b, box, tracks);
    if (parsed) found.push(parsed);
  }
  return found;
}

function parseTraf(b: Uint8Array, traf: { start: number; end: number }, tracks: Track[]): FragmentTrack | null {
  let fragment: FragmentTrack | null = null;
  let defaults = { duration: 0, flags: 0 };
  for (const { type, start, end } of boxes(b, traf.start, traf.end)) {
    if (type === "tfhd") {
      need(end - start >= 8);
      const track = tracks.find(({ id }) => id === u32(b, start + 4));
      if (!track) throw new Mp4Error(`a fragment of an unknown track ${u32(b, start + 4)}`);
      const zero = { decodeTime: 0, duration: 0, samples: 0, firstPts: 0, tfdtAt: -1 };
      fragment = { track, ...zero, keyframe: false, tfdtIs64: false };
      defaults = readTfhdDefaults(b, { start, end }, track);
    } else if (type === "tfdt" && fragment) {
      fragment.tfdtIs64 = b[start] === 1;
      need(end - start >= (fragment.tfdtIs64 ? 12 : 8));
      fragment.tfdtAt = start + 4;
      fragment.decodeTime = fragment.tfdtIs64 ? i64(b, start + 4) : u32(b, start + 4);
    } else if (type === "trun" && fragment) readTrun(b, { start, end }, fragment, defaults);
  }
  if (!fragment || fragment.tfdtAt < 0) throw new Mp4Error("a traf box without tfhd or tfdt");
  return fragment.samples > 0 ? fragment : null;
}

/** What samples have that say nothing of their own. `start` to `end` is the body of the tfhd. Throws Mp4Error. */
export function readTfhdDefaults(b: Uint8Array, { start, end }: { start: number; end: number }, track: Track) {
  const flags = u32(b, start) & 0xffffff;
  const defaults = { duration: track.defaultDuration, size: track.defaultSize, flags: track.defaultFlags };
  let at = start + 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  need(at + (flags & 0x8 ? 4 : 0) + (flags & 0x10 ? 4 : 0) + (flags & 0x20 ? 4 : 0) <= end);
  if (flags & 0x8) {
    defaults.duration = u32(b, at);
    at += 4;
  }
  if (flags & 0x10) {
    defaults.size = u32(b, at);
    at += 4;
  }
  if (flags & 0x20) defaults.flags = u32(b, at);
  return defaults;
}

function readTrun(
  b: Uint8Array,
  { start, end }: { start: number; end: number },
  fragment: FragmentTrack,
  defaults: { duration: number; flags: number },
) {
  need(end - start >= 8);
  const flags = u32(b, start) & 0xffffff;
  const count = u32(b, start + 4);
  let at = start + 8 + (flags & 0x1 ? 4 : 0);
  const firstFlags = flags & 0x4 ? u32(b, at) : null;
  if (flags & 0x4) at += 4;
  const width = (flags & 0x100 ? 4 : 0) + (flags & 0x200 ? 4 : 0) + (flags & 0x400 ? 4 : 0) + (flags & 0x800 ? 4 : 0);
  need(count <= SAMPLES_MAX && at + width * count <= end);
  for (let i = 0; i < count; i++, at += width) {
    let field = at;
    let duration = defaults.duration;
    if (flags & 0x100) {
      duration = u32(b, field);
      field += 4;
    }
    if (flags & 0x200) field += 4;
    if (fragment.samples === 0) {
      const own = flags & 0x400 ? u32(b, field) : defaults.flags;
      const offsetAt = field + (flags & 0x400 ? 4 : 0);
      fragment.keyframe = ((i === 0 && firstFlags !== null ? firstFlags : own) & NON_SYNC) === 0;
      fragment.firstPts = fragment.decodeTime + (flags & 0x800 ? (b[start] === 0 ? u32 : i32)(b, offsetAt) : 0);
    }
    fragment.duration += duration;
    fragment.samples++;
  }
}

function need(fits: boolean) {
  if (!fits) throw new Mp4Error("a box of a fragment is too short");
}

/** Moves all tracks of a fragment by `byMs` in place, in the bytes and in the parsed times. Throws Mp4Error when a time does not fit into
 *  its field. */
export function rewriteTfdt(fragment: Fragment, byMs: number) {
  const { data } = fragment;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (const track of fragment.tracks) {
    const by = Math.round((byMs * track.track.timescale) / 1000);
    const to = track.decodeTime + by;
    if (!track.tfdtIs64 && (to < 0 || to > 0xffffffff)) throw new Mp4Error("a fragment moved out of its clock");
    if (track.tfdtIs64) view.setBigInt64(track.tfdtAt, BigInt(to));
    else view.setUint32(track.tfdtAt, to);
    track.decodeTime = to;
    track.firstPts += by;
  }
}
