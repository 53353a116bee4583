// Where a file ends by its own words: Matroska and AVI say so at their beginning.

import type { Demuxer } from "./sniff.ts";

/** Element IDs (RFC 8794 §11.2.1, RFC 9559 §5.1) with their markers. */
const EBML_ID_BYTES = 4;
const SEGMENT_ID = 0x18538067;
const RIFF_HEAD_BYTES = 8;

/** Bytes of the whole file; null: not told. `head`: its first bytes. */
export function declaredEnd(demuxer: Demuxer, head: Uint8Array): number | null {
  if (demuxer === "matroska") return endOfSegment(head);
  return demuxer === "avi" ? endOfRiff(head) : null;
}

function endOfRiff(head: Uint8Array): number | null {
  if (head.length < RIFF_HEAD_BYTES) return null;
  return RIFF_HEAD_BYTES + new DataView(head.buffer, head.byteOffset).getUint32(4, true);
}

function endOfSegment(head: Uint8Array): number | null {
  const header = sizeAt(head, EBML_ID_BYTES);
  if (!header) return null;
  const at = header.from + header.bytes;
  if (at + EBML_ID_BYTES > head.length) return null;
  if (new DataView(head.buffer, head.byteOffset).getUint32(at) !== SEGMENT_ID) return null;
  const segment = sizeAt(head, at + EBML_ID_BYTES);
  return segment && segment.from + segment.bytes;
}

/** RFC 8794 §4: zeros before the first one tell how many bytes follow. All ones, as of a live recording: unknown. */
function sizeAt(head: Uint8Array, at: number): { from: number; bytes: number } | null {
  const first = head[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > head.length) return null;
  let bytes = BigInt(first & (0xff >> length));
  for (const byte of head.subarray(at + 1, at + length)) bytes = (bytes << 8n) | BigInt(byte);
  return bytes === (1n << BigInt(7 * length)) - 1n ? null : { from: at + length, bytes: Number(bytes) };
}
