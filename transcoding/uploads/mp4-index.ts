// The boxes of an MP4: is its index there, are all of its bytes, and is a track encrypted? Read without FFmpeg, by jumping from box to box.

import { boxHeader } from "#runtime/fmp4/box.ts";
import { refusal } from "./refusal.ts";

/** Reads up to `length` bytes at a position; fewer at the end of the file. */
export type ReadAt = (at: number, length: number) => Promise<Uint8Array>;

interface Box {
  type: string;
  /** Of its body. */
  from: number;
  end: number;
}

const HEAD_BYTES = 16;
/** Fragments of a recording of a day have 90 000 pairs of boxes. A file of a million tiny boxes is an attack. */
const BOXES_MAX = 400_000;
/** A film of ten hours has 50 MB. FFmpeg reads all of it into memory. */
const INDEX_BYTES_MAX = 256 * 1024 * 1024;
/** Way to the descriptions of a track's samples. */
const TO_DESCRIPTIONS = ["trak", "mdia", "minf", "stbl", "stsd"];
/** Version, flags and number of descriptions. */
const STSD_HEAD_BYTES = 8;
/** Descriptions of encrypted samples (ISO/IEC 14496-12 §8.12): FFmpeg tells the codec inside, as if it could read it. */
const ENCRYPTED = ["encv", "enca"];

/** Throws UploadRefused. `cutOff`: the last box says that it is longer than the file. */
export async function checkIndex(read: ReadAt, fileBytes: number): Promise<{ cutOff: boolean }> {
  const index = new Mp4Index(read);
  let hasIndex = false;
  for await (const { type, from, end } of index.boxes(0, fileBytes)) {
    if (type === "moov") {
      if (end - from > INDEX_BYTES_MAX) throw refusal("too_expensive");
      if (end > fileBytes) break;
      hasIndex = true;
      if (await index.isEncrypted({ from, end })) throw refusal("encrypted");
    }
    if (end > fileBytes) {
      if (!hasIndex) break;
      return { cutOff: true };
    }
  }
  if (!hasIndex) throw refusal("index_missing");
  return { cutOff: false };
}

class Mp4Index {
  #boxes = 0;

  constructor(private readonly read: ReadAt) {}

  /** Boxes one after the other, up to rubbish: behind the last box it is common, and does no harm. The last one may end behind `end`. */
  async *boxes(from: number, end: number): AsyncGenerator<Box> {
    for (let at = from; at < end; ) {
      if (++this.#boxes > BOXES_MAX) throw refusal("too_many_packets");
      const head = await this.read(at, HEAD_BYTES);
      const box = boxHeader(head, 0, head.length);
      if (!box || (box.size !== 0 && box.size < box.head)) return;
      const next = box.size === 0 ? end : at + box.size;
      yield { type: box.type, from: at + box.head, end: next };
      at = next;
    }
  }

  async isEncrypted(within: { from: number; end: number }, [type, ...inner] = TO_DESCRIPTIONS): Promise<boolean> {
    for await (const box of this.boxes(within.from, within.end)) {
      if (box.end > within.end) return false;
      if (type === undefined) {
        if (ENCRYPTED.includes(box.type)) return true;
      } else if (box.type === type) {
        const from = box.from + (type === "stsd" ? STSD_HEAD_BYTES : 0);
        if (await this.isEncrypted({ from, end: box.end }, inner)) return true;
      }
    }
    return false;
  }
}
