// Looks into a picture of H.264: whether decoding can begin with it, and whether its lengths are true.

import { u16, u32 } from "#runtime/fmp4/box.ts";
import { Bits, HeaderError, withoutEmulation } from "./bits.ts";

export interface PictureFacts {
  /** The NAL units fill the data exactly, and one is a slice. What is not whole ends a player's decoder. */
  whole: boolean;
  /** It has an IDR slice: everything after it can be decoded. */
  idr: boolean;
  /** Pictures until the image is right when decoding begins here (a recovery point, §D.2.8); null: none is said. 0 is an open GOP, more is intra refresh. */
  recoveryPictures: number | null;
}

const NAL = { slice: 1, partitionA: 2, idr: 5, sei: 6 } as const;
const RECOVERY_POINT = 6;
/** Only the beginning of a message is read; closed captions can be long. */
const SEI_BYTES_MAX = 512;

/** `data` as in an RTMP message: each NAL unit behind its length of `lengthBytes`. Never throws. */
export function lookIntoPicture(data: Uint8Array, lengthBytes: number): PictureFacts {
  const facts: PictureFacts = { whole: false, idr: false, recoveryPictures: null };
  let slices = 0;
  let at = 0;
  while (at < data.length) {
    if (at + lengthBytes > data.length) return facts;
    const length = lengthBytes === 4 ? u32(data, at) : lengthBytes === 2 ? u16(data, at) : data[at]!;
    at += lengthBytes;
    if (at + length > data.length) return facts;
    if (length > 0) {
      const type = data[at]! & 31;
      if (type === NAL.slice || type === NAL.partitionA || type === NAL.idr) slices++;
      if (type === NAL.idr) facts.idr = true;
      if (type === NAL.sei) facts.recoveryPictures ??= recoveryPictures(data.subarray(at + 1, at + length));
    }
    at += length;
  }
  facts.whole = slices > 0;
  return facts;
}

/** §7.3.2.3: messages of type and size, each written as bytes of 255 and a last one. */
function recoveryPictures(sei: Uint8Array): number | null {
  const bytes = withoutEmulation(sei.subarray(0, SEI_BYTES_MAX));
  let at = 0;
  const number = () => {
    let value = 0;
    while (bytes[at] === 255) {
      value += 255;
      at++;
    }
    return value + (bytes[at++] ?? 0);
  };
  while (at + 2 < bytes.length) {
    const type = number();
    const size = number();
    if (type === RECOVERY_POINT) return firstNumber(bytes.subarray(at, at + size));
    at += size;
  }
  return null;
}

function firstNumber(payload: Uint8Array): number | null {
  try {
    return new Bits(payload).unsigned();
  } catch (error) {
    if (error instanceof HeaderError) return null;
    throw error;
  }
}
