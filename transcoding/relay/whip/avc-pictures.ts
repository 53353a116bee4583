// Pictures of H.264 as RTMP has them: the parameter sets in a header of their own, before each picture that begins with others.

import { be32, concat, sameBytes } from "../../bytes.ts";
import { type AvcConfig, parseAvcC } from "../../intake/flv/avc-config.ts";
import { Bits, HeaderError, withoutEmulation } from "../../intake/flv/bits.ts";
import { isSlice, NAL, nalType } from "./depacketizer.ts";

/** Kept of each kind; H.264 has ids for 32 and 256 of them. Further ones take the place of the oldest. */
export const SETS_MAX = 16;
const SET_BYTES_MAX = 4_096;
/** The id stands in the first bytes. */
const HEAD_BYTES = 16;
const [KEY, INTER] = [0x17, 0x27];
const PICTURE = 1;

export interface AvcPicture {
  /** The body of an RTMP message, composition time 0. */
  body: Uint8Array;
  /** An IDR picture. */
  key: boolean;
  /** Of this keyframe, where it is not that of the one before. */
  config: AvcConfig | null;
}

export class AvcPictures {
  readonly #sps = new Map<number, Uint8Array>();
  readonly #pps = new Map<number, Uint8Array>();
  #avcC: Uint8Array | null = null;

  /** The NAL units of one picture in order. Null: there is no picture in them, or none that can be decoded. Never throws. */
  take(units: readonly Uint8Array[]): AvcPicture | null {
    for (const unit of units) this.#keep(unit);
    const slices = units.filter(isSlice);
    if (slices.length === 0) return null;
    const key = slices.some((unit) => nalType(unit) === NAL.idr);
    const config = key ? this.#changed() : null;
    if (this.#avcC === null || config === "unreadable") return null;
    const kept = units.filter((unit) => isSlice(unit) || nalType(unit) === NAL.sei);
    const body = concat(
      Uint8Array.of(key ? KEY : INTER, PICTURE, 0, 0, 0),
      ...kept.flatMap((unit) => [be32(unit.length), unit]),
    );
    return { body, key, config };
  }

  #keep(unit: Uint8Array) {
    const type = nalType(unit);
    if ((type !== NAL.sps && type !== NAL.pps) || unit.length > SET_BYTES_MAX) return;
    const id = type === NAL.sps ? idIn(unit, 4) : idIn(unit, 1);
    if (id === null) return;
    const sets = type === NAL.sps ? this.#sps : this.#pps;
    // The newest last. What is sent again unchanged keeps its place, so that it is no change.
    if (sets.get(id) && sameBytes(sets.get(id)!, unit)) return;
    sets.delete(id);
    sets.set(id, unit.slice());
    if (sets.size > SETS_MAX) sets.delete(sets.keys().next().value!);
  }

  /** Null: as before. */
  #changed(): AvcConfig | "unreadable" | null {
    const avcC = avcCOf([...this.#sps.values()], [...this.#pps.values()]);
    if (!avcC) return this.#avcC ? null : "unreadable";
    if (this.#avcC && sameBytes(this.#avcC, avcC)) return null;
    try {
      const config = parseAvcC(avcC);
      this.#avcC = avcC;
      return config;
    } catch (error) {
      if (!(error instanceof HeaderError)) throw error;
      return "unreadable";
    }
  }
}

/** The id of a parameter set, an Exp-Golomb number behind `at` bytes; null: there is none. */
function idIn(unit: Uint8Array, at: number): number | null {
  try {
    return new Bits(withoutEmulation(unit.subarray(0, HEAD_BYTES)).subarray(at)).unsigned();
  } catch (error) {
    if (error instanceof HeaderError) return null;
    throw error;
  }
}

/** ISO/IEC 14496-15 §5.3.3.1, with lengths of four bytes; the newest SPS first, whose size it is. Null: a kind is missing. */
function avcCOf(sps: readonly Uint8Array[], pps: readonly Uint8Array[]): Uint8Array | null {
  const newest = sps.at(-1);
  if (!newest || newest.length < 4 || pps.length === 0) return null;
  const listed = (sets: readonly Uint8Array[]) =>
    sets.flatMap((set) => [Uint8Array.of(set.length >> 8, set.length & 255), set]);
  return concat(
    Uint8Array.of(1, newest[1]!, newest[2]!, newest[3]!, 0xff, 0xe0 | sps.length),
    ...listed([newest, ...sps.slice(0, -1)]),
    Uint8Array.of(pps.length),
    ...listed(pps),
    ...extension(newest),
  );
}

/** High profiles say chroma format and bit depth again; those that browsers send have 4:2:0 of 8 bits. */
const HIGH = new Set([100, 110, 122, 144]);
const extension = (sps: Uint8Array): Uint8Array[] =>
  HIGH.has(sps[1]!) ? [Uint8Array.of(0xfc | 1, 0xf8, 0xf8, 0)] : [];
