// The NAL units of a picture as browsers want them: parameter sets in front of each IDR picture, nothing that only fills.

import { u16, u32 } from "#runtime/fmp4/box.ts";

export const NAL = {
  slice: 1,
  idr: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  delimiter: 9,
  endOfSequence: 10,
  endOfStream: 11,
  filler: 12,
} as const;
const FORBIDDEN = 0x80;
const LEFT_OUT: ReadonlySet<number> = new Set([NAL.delimiter, NAL.endOfSequence, NAL.endOfStream, NAL.filler]);
/** Slices of one picture, and what is said of it. */
const UNITS_MAX = 512;

export interface AccessUnit {
  /** Without lengths and start codes. Views. */
  units: Uint8Array[];
  /** It begins a group of pictures: a decoder needs nothing from before. */
  idr: boolean;
}

interface Parameters {
  /** Bytes of the length in front of each unit: 1, 2 or 4. */
  lengthBytes: number;
  /** SPS and PPS, for pictures that bring none. */
  sets: readonly Uint8Array[];
}

/** `sample`: as in fMP4. Null: it is damaged, or has no slice. Never throws. */
export function accessUnit(sample: Uint8Array, { lengthBytes, sets }: Parameters): AccessUnit | null {
  const units: Uint8Array[] = [];
  for (let at = 0; at < sample.length; ) {
    if (at + lengthBytes > sample.length || units.length >= UNITS_MAX) return null;
    const length = lengthBytes === 4 ? u32(sample, at) : lengthBytes === 2 ? u16(sample, at) : sample[at]!;
    at += lengthBytes;
    if (at + length > sample.length) return null;
    if (length > 0) units.push(sample.subarray(at, at + length));
    at += length;
  }
  return complete(units, sets);
}

/** `stream`: units behind start codes (ISO/IEC 14496-10 annex B), one picture. */
export function accessUnitOfStream(stream: Uint8Array): AccessUnit | null {
  const units: Uint8Array[] = [];
  let from = -1;
  for (let at = 0; at + 2 < stream.length; at++) {
    if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2] !== 1) continue;
    if (from >= 0) units.push(withoutTrailingZeros(stream.subarray(from, at)));
    from = at + 3;
    at += 2;
  }
  if (from >= 0) units.push(stream.subarray(from));
  return complete(units, []);
}

function withoutTrailingZeros(unit: Uint8Array): Uint8Array {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end--;
  return unit.subarray(0, end);
}

function complete(all: readonly Uint8Array[], sets: readonly Uint8Array[]): AccessUnit | null {
  const units = all.filter((unit) => unit.length > 0 && !(unit[0]! & FORBIDDEN) && !LEFT_OUT.has(unit[0]! & 31));
  const types = new Set(units.map((unit) => unit[0]! & 31));
  const idr = types.has(NAL.idr);
  if (!idr && !types.has(NAL.slice)) return null;
  if (idr && !types.has(NAL.sps)) units.unshift(...sets);
  return { units, idr };
}
