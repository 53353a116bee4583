// For tests: sound as a publisher sends it, and as FFmpeg gives it back.

import { concat } from "../../bytes.ts";

/** CELT, 20 ms, two channels, of silence. */
export const OPUS_20_MS = Uint8Array.of(0xfc, 0xff, 0xfe);

/** AAC-LC, 48 kHz, two channels, as FFmpeg writes it. */
export function adtsFrame(data: Uint8Array, { checked = false } = {}): Uint8Array {
  const length = data.length + (checked ? 9 : 7);
  const head = [
    ...[0xff, checked ? 0xf0 : 0xf1, 0x4c],
    ...[0x80 | (length >> 11), (length >> 3) & 255, ((length & 7) << 5) | 31, 0xfc],
  ];
  return concat(Uint8Array.from(checked ? [...head, 0, 0] : head), data);
}
