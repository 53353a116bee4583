// A sequence parameter set of H.264 (ISO/IEC 14496-10 §7.3.2.1.1 and annex E): size, format, frame rate, colour.

import { Bits, HeaderError, withoutEmulation } from "./bits.ts";

export interface Sps {
  width: number;
  height: number;
  profile: number;
  /** The byte of constraint flags behind the profile. */
  constraints: number;
  /** 10 × the level: 31 is level 3.1. */
  level: number;
  /** 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  chroma: number;
  bitDepth: number;
  interlaced: boolean;
  /** Null: not said. An encoder may send another rate than it says. */
  fps: number | null;
  /** How many pictures may come before one that is shown earlier: 0 without B-frames. Null: not said. */
  reorderPictures: number | null;
  pixelAspect: { width: number; height: number } | null;
  colour: { primaries: number; transfer: number; matrix: number; fullRange: boolean } | null;
}

/** Level 6.2 has no more. */
const SIDE_MAX = 16_384;
const BASELINE = 66;
/** Profiles whose set says chroma format and bit depth. */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const UNSPECIFIED = 2;
const EXTENDED_ASPECT = 255;
/** Table E-1: shape of a pixel by aspect_ratio_idc. */
const ASPECTS: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];

/** Throws HeaderError. */
export function parseSps(nal: Uint8Array): Sps {
  const bits = new Bits(withoutEmulation(nal));
  if ((bits.read(8) & 31) !== 7) throw new HeaderError("its parameter set is not one");
  const profile = bits.read(8);
  const constraints = bits.read(8);
  const level = bits.read(8);
  bits.unsigned();
  const format = readFormat(bits, profile);
  const orderType = readOrderType(bits);
  const size = readSize(bits, format.chroma);
  const vui = readVui(bits);
  // Baseline has no B slices, and order type 2 says that pictures are shown as they come (§A.2.1, §8.2.1.3).
  const reorderPictures = profile === BASELINE || orderType === 2 ? 0 : vui.reorderPictures;
  return { profile, constraints, level, ...format, ...size, ...vui, reorderPictures };
}

function readFormat(bits: Bits, profile: number) {
  if (!HIGH_PROFILES.has(profile)) return { chroma: 1, bitDepth: 8 };
  const chroma = bits.unsigned();
  if (chroma > 3) throw new HeaderError(`chroma format ${chroma}`);
  if (chroma === 3) bits.read(1);
  const bitDepth = 8 + Math.max(bits.unsigned(), bits.unsigned());
  bits.read(1);
  const lists = bits.flag() ? (chroma === 3 ? 12 : 8) : 0;
  for (let i = 0; i < lists; i++) if (bits.flag()) skipScalingList(bits, i < 6 ? 16 : 64);
  return { chroma, bitDepth };
}

function skipScalingList(bits: Bits, length: number) {
  let last = 8;
  let next = 8;
  for (let i = 0; i < length; i++) {
    if (next !== 0) next = (last + bits.signed() + 256) % 256;
    if (next !== 0) last = next;
  }
}

/** pic_order_cnt_type, and what stands around it. */
function readOrderType(bits: Bits): number {
  bits.unsigned();
  const orderType = bits.unsigned();
  if (orderType === 0) bits.unsigned();
  if (orderType === 1) {
    bits.read(1);
    bits.signed();
    bits.signed();
    for (let left = bits.unsigned(); left > 0; left--) bits.signed(); // Ends at the latest with the bits.
  }
  bits.unsigned();
  bits.read(1);
  return orderType;
}

function readSize(bits: Bits, chroma: number) {
  const columns = bits.unsigned() + 1;
  const rows = bits.unsigned() + 1;
  const interlaced = !bits.flag();
  if (interlaced) bits.read(1);
  bits.read(1);
  const cropping = bits.flag();
  const [left, right, top, bottom] = cropping
    ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
    : [0, 0, 0, 0];
  const fields = interlaced ? 2 : 1;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * fields;
  const width = columns * 16 - unitX * (left! + right!);
  const height = rows * 16 * fields - unitY * (top! + bottom!);
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX)
    throw new HeaderError(`a picture of ${width}x${height}`);
  return { width, height, interlaced };
}

type Vui = Pick<Sps, "fps" | "reorderPictures" | "pixelAspect" | "colour">;

/** All of it is advice: what does not parse is not said. */
function readVui(bits: Bits): Vui {
  const vui: Vui = { fps: null, reorderPictures: null, pixelAspect: null, colour: null };
  try {
    if (!bits.flag()) return vui;
    if (bits.flag()) vui.pixelAspect = readAspect(bits);
    if (bits.flag()) bits.read(1);
    if (bits.flag()) vui.colour = readColour(bits);
    if (bits.flag()) {
      bits.unsigned();
      bits.unsigned();
    }
    if (bits.flag()) {
      const [unit, scale] = [bits.read(32), bits.read(32)];
      if (unit > 0 && scale > 0) vui.fps = scale / unit / 2;
      bits.read(1);
    }
    vui.reorderPictures = readReorder(bits);
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
  }
  return vui;
}

/** From nal_hrd_parameters_present_flag on (§E.1.1). */
function readReorder(bits: Bits): number | null {
  const [nal, vcl] = [skipHrd(bits), skipHrd(bits)];
  if (nal || vcl) bits.read(1);
  bits.read(1);
  if (!bits.flag()) return null;
  bits.read(1);
  for (let i = 0; i < 4; i++) bits.unsigned();
  return bits.unsigned();
}

/** §E.1.2. False: there is none. */
function skipHrd(bits: Bits): boolean {
  if (!bits.flag()) return false;
  const count = bits.unsigned() + 1;
  bits.read(8);
  for (let i = 0; i < count; i++) {
    bits.unsigned();
    bits.unsigned();
    bits.read(1);
  }
  bits.read(20);
  return true;
}

function readAspect(bits: Bits): Sps["pixelAspect"] {
  const index = bits.read(8);
  const [width, height] = index === EXTENDED_ASPECT ? [bits.read(16), bits.read(16)] : (ASPECTS[index] ?? [0, 0]);
  return width > 0 && height > 0 && width !== height ? { width, height } : null;
}

function readColour(bits: Bits): Sps["colour"] {
  bits.read(3);
  const fullRange = bits.flag();
  if (!bits.flag()) return fullRange ? { ...points(UNSPECIFIED, UNSPECIFIED, UNSPECIFIED), fullRange } : null;
  return { ...points(bits.read(8), bits.read(8), bits.read(8)), fullRange };
}

const points = (primaries: number, transfer: number, matrix: number) => ({ primaries, transfer, matrix });
