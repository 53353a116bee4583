// Size and frames of a GIF (GIF89a), by a walk over its blocks to the trailer: decoders show 7 of 10 frames of a file that is cut off.

import { Refusal } from "#runtime/actor/actor.ts";
import type { FileFacts } from "./file-facts.ts";

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;
const HEADER_BYTES = 13;

export function gifFacts(file: Buffer): FileFacts | null {
  if (!/^GIF8[79]a/.test(file.toString("latin1", 0, 6))) return null;
  const cutOff = () => new Refusal("picture_broken", "the file is cut off");
  if (file.length < HEADER_BYTES) throw cutOff();
  let [width, height, frames] = [file.readUInt16LE(6), file.readUInt16LE(8), 0];
  let at = HEADER_BYTES + tableBytes(file[10]!);
  const skipBlocks = () => {
    for (;;) {
      const length = file[at];
      if (length === undefined) throw cutOff();
      at += 1 + length;
      if (length === 0) return;
    }
  };
  for (;;) {
    switch (file[at++]) {
      case IMAGE: {
        if (at + 9 > file.length) throw cutOff();
        const [left, top, w, h] = [0, 2, 4, 6].map((offset) => file.readUInt16LE(at + offset)) as [
          number,
          number,
          number,
          number,
        ];
        // What lies outside the screen makes the canvas larger in some decoders.
        width = Math.max(width, left + w);
        height = Math.max(height, top + h);
        at += 9 + tableBytes(file[at + 8]!) + 1;
        skipBlocks();
        frames++;
        break;
      }
      case EXTENSION:
        at++;
        skipBlocks();
        break;
      case TRAILER:
        return { width, height, frames };
      case undefined:
        throw cutOff();
      default:
        throw new Refusal("picture_broken");
    }
  }
}

const tableBytes = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);
