// Pictures that carry their number in their bytes, so that each can be found again wherever it went: at nginx-rtmp, in a stored segment. The
// number is text in an SEI message (ITU-T H.264 §D.1.7, user data unregistered), which decoders pass over.

import { isEnd, isHeader } from "./flv.ts";
import type { Change } from "./programme.ts";

/** Without zeros, so that nothing needs to be escaped (§7.4.1.1). */
const MARK = Buffer.from("tc-test-picture:", "latin1");
const DIGITS = 9;
const NAL_SEI = 6;
const USER_DATA_UNREGISTERED = 5;
const TRAILING_BITS = 0x80;
/** AVC in FLV: frame type and codec, packet type, composition time. */
const TAG_HEAD_BYTES = 5;

interface Numbering {
  /** Number of the next picture. */
  next: number;
}

/** Gives each picture the next number, and fills it up to about so many bytes. */
export const numbered = (numbering: Numbering, { bytesMin }: { bytesMin: number }): Change =>
  function* (tags) {
    for (const tag of tags) {
      if (tag.type !== "video" || isHeader(tag) || isEnd(tag)) {
        yield tag;
        continue;
      }
      const message = sei(numbering.next++, bytesMin - tag.body.length);
      const body = Buffer.concat([
        ...[tag.body.subarray(0, TAG_HEAD_BYTES), length32(message.length), message],
        tag.body.subarray(TAG_HEAD_BYTES),
      ]);
      yield { ...tag, body };
    }
  };

function sei(number: number, fillBytes: number): Buffer {
  const text = Buffer.from(String(number).padStart(DIGITS, "0"), "latin1");
  const payload = Buffer.concat([MARK, text, Buffer.alloc(Math.max(0, fillBytes), 0x55)]);
  const sizes = [...Array.from({ length: Math.floor(payload.length / 255) }, () => 255), payload.length % 255];
  return Buffer.concat([...[Buffer.of(NAL_SEI, USER_DATA_UNREGISTERED, ...sizes), payload], Buffer.of(TRAILING_BITS)]);
}

function length32(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** Numbers of the pictures in some bytes, in order. */
export function numbersIn(bytes: Uint8Array): number[] {
  const found: number[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(MARK); at >= 0; at = buffer.indexOf(MARK, at + MARK.length)) {
    const digits = buffer.subarray(at + MARK.length, at + MARK.length + DIGITS);
    if (digits.length === DIGITS) found.push(Number(digits.toString("latin1")));
  }
  return found;
}
