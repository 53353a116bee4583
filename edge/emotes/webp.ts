// Size and frames of a WebP (RFC 9649 §2), by a walk over its chunks.

import { Refusal } from "#runtime/actor/actor.ts";
import type { FileFacts } from "./file-facts.ts";

const HEADER_BYTES = 12;
const CHUNK_HEADER = 8;

export function webpFacts(file: Buffer): FileFacts | null {
  if (file.toString("latin1", 0, 4) !== "RIFF" || file.toString("latin1", 8, 12) !== "WEBP") return null;
  let [width, height, frames, pictures] = [0, 0, 0, 0];
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length + 1) throw new Refusal("picture_broken", "the file is cut off");
  for (let at = HEADER_BYTES; at + CHUNK_HEADER <= file.length; ) {
    const type = file.toString("latin1", at, at + 4);
    const [body, length] = [at + CHUNK_HEADER, file.readUInt32LE(at + 4)];
    if (body + length > file.length) throw new Refusal("picture_broken", "the file is cut off");
    const size = sizeIn(file, type, body, length);
    if (size) [width, height] = [Math.max(width, size[0]), Math.max(height, size[1])];
    if (type === "ANMF") frames++;
    if (type === "VP8 " || type === "VP8L") pictures++;
    at = body + length + (length & 1);
  }
  return { width, height, frames: frames || Math.min(1, pictures) };
}

/** Null: the chunk says none. */
function sizeIn(file: Buffer, type: string, at: number, length: number): [width: number, height: number] | null {
  const uint24 = (offset: number) => file.readUIntLE(at + offset, 3);
  if (type === "VP8X" && length >= 10) return [uint24(4) + 1, uint24(7) + 1];
  if (type === "VP8L" && length >= 5) {
    const bits = file.readUInt32LE(at + 1);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  if (type === "VP8 " && length >= 10) return [file.readUInt16LE(at + 6) & 0x3fff, file.readUInt16LE(at + 8) & 0x3fff];
  if (type === "ANMF" && length >= 16) return [2 * uint24(0) + uint24(6) + 1, 2 * uint24(3) + uint24(9) + 1];
  return null;
}
