// The boxes at the top of an MP4: is its index there, and are all of its bytes? Read without FFmpeg, by jumping from box to box.

import { boxHeader } from "#runtime/fmp4/box.ts";
import { refusal } from "./refusal.ts";

/** Reads up to `length` bytes at a position; fewer at the end of the file. */
export type ReadAt = (at: number, length: number) => Promise<Uint8Array>;

const HEAD_BYTES = 16;
/** Fragments of a recording of a day have 90 000 pairs of boxes. A file of a million tiny boxes is an attack. */
const BOXES_MAX = 400_000;
/** A film of ten hours has 50 MB. FFmpeg reads all of it into memory. */
const INDEX_BYTES_MAX = 256 * 1024 * 1024;

/** Throws UploadRefused. `cutOff`: the last box says that it is longer than the file. */
export async function checkIndex(read: ReadAt, fileBytes: number): Promise<{ cutOff: boolean }> {
  let hasIndex = false;
  let boxes = 0;
  for (let at = 0; at < fileBytes; ) {
    if (++boxes > BOXES_MAX) throw refusal("too_many_packets");
    const head = await read(at, HEAD_BYTES);
    const box = boxHeader(head, 0, head.length);
    // Rubbish behind the last box is common, and does no harm behind an index.
    if (!box || (box.size !== 0 && box.size < box.head)) break;
    const end = box.size === 0 ? fileBytes : at + box.size;
    if (box.type === "moov") {
      if (end - at > INDEX_BYTES_MAX) throw refusal("too_expensive");
      if (end > fileBytes) break;
      hasIndex = true;
    }
    if (end > fileBytes) {
      if (!hasIndex) break;
      return { cutOff: true };
    }
    at = end;
  }
  if (!hasIndex) throw refusal("index_missing");
  return { cutOff: false };
}
