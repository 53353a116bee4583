// Size of a PNG (W3C PNG §5, §11.2). Whether all of it is there its decoder says.

import { Refusal } from "#runtime/actor/actor.ts";
import type { FileFacts } from "./file-facts.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length, type and CRC of a chunk. */
const CHUNK_FRAME = 12;

export function pngFacts(file: Buffer): FileFacts | null {
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return null;
  if (file.length < 33 || file.toString("latin1", 12, 16) !== "IHDR") throw new Refusal("picture_broken");
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  for (let at = SIGNATURE.length; at + CHUNK_FRAME <= file.length; ) {
    const type = file.toString("latin1", at + 4, at + 8);
    // A decoder would show its first frame alone, without a word.
    if (type === "acTL") throw new Refusal("not_a_picture", "animated PNGs are not taken; send it as GIF or WebP");
    if (type === "IDAT" || type === "IEND") break;
    at += CHUNK_FRAME + file.readUInt32BE(at);
  }
  return { width, height, frames: 1 };
}
