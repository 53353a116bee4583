// AAC as FFmpeg writes it without a container (ADTS, ISO/IEC 13818-7 §6.2): a header before each frame.

import { concat } from "../../bytes.ts";

export interface AdtsFrame {
  /** AudioSpecificConfig of two bytes. */
  asc: Uint8Array;
  /** One frame of AAC without its header. */
  data: Uint8Array;
}

/** Without and with a checksum. */
const HEADER_BYTES = { plain: 7, checked: 9 } as const;
/** The length has 13 bits. */
const FRAME_BYTES_MAX = 8_191;

/** The stream is no ADTS. */
export class AdtsError extends Error {
  override readonly name = "AdtsError";
}

export class AdtsReader {
  #rest: Uint8Array = new Uint8Array(0);

  /** The frames that are whole now. Throws AdtsError; the reader cannot be used after that. */
  push(bytes: Uint8Array): AdtsFrame[] {
    const all = this.#rest.length === 0 ? bytes : concat(this.#rest, bytes);
    const frames: AdtsFrame[] = [];
    let at = 0;
    while (at + HEADER_BYTES.plain <= all.length) {
      const frame = lengthAt(all, at);
      if (at + frame > all.length) break;
      const head = all[at + 1]! & 1 ? HEADER_BYTES.plain : HEADER_BYTES.checked;
      frames.push({ asc: ascAt(all, at), data: all.slice(at + head, at + frame) });
      at += frame;
    }
    this.#rest = all.slice(at);
    return frames;
  }
}

function lengthAt(b: Uint8Array, at: number): number {
  const isSynced = b[at] === 0xff && (b[at + 1]! & 0xf6) === 0xf0;
  const length = ((b[at + 3]! & 3) << 11) | (b[at + 4]! << 3) | (b[at + 5]! >> 5);
  if (!isSynced || length <= HEADER_BYTES.checked || length > FRAME_BYTES_MAX) throw new AdtsError("it is no ADTS");
  return length;
}

/** Object type, rate and channels stand in both headers, with different bits between them. */
function ascAt(b: Uint8Array, at: number): Uint8Array {
  const objectType = (b[at + 2]! >> 6) + 1;
  const rate = (b[at + 2]! >> 2) & 15;
  const channels = ((b[at + 2]! & 1) << 2) | (b[at + 3]! >> 6);
  return Uint8Array.of((objectType << 3) | (rate >> 1), ((rate & 1) << 7) | (channels << 3));
}
