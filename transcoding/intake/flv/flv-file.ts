// FLV as a file or a stream of bytes (Adobe, "Video File Format 10.1", annex E): for FFmpeg's standard input, and as nginx-rtmp records it.

import { be32, concat, flvTimestamp, u24 } from "../../bytes.ts";
import type { RtmpMessage } from "../rtmp/message.ts";

const FILE_HEADER_BYTES = 13;
const TAG_HEADER_BYTES = 11;
const [HAS_VIDEO, HAS_AUDIO] = [1, 4];

/** The beginning of the file: which kinds of tags there will be. FFmpeg waits for each kind. */
export function flvHeader({ video, audio }: { video: boolean; audio: boolean }) {
  const kinds = (video ? HAS_VIDEO : 0) | (audio ? HAS_AUDIO : 0);
  return Uint8Array.of(0x46, 0x4c, 0x56, 1, kinds, 0, 0, 0, 9, 0, 0, 0, 0);
}

/** One tag: audio (8), video (9) or data (18). The time has 32 bits: what is above comes out modulo 2^32, after 49 days. */
export function flvTag(type: 8 | 9 | 18, atMs: number, body: Uint8Array): Uint8Array {
  const ms = Math.round(atMs) % 2 ** 32;
  const time = [(ms >>> 16) & 255, (ms >>> 8) & 255, ms & 255, ms >>> 24];
  const size = [(body.length >> 16) & 255, (body.length >> 8) & 255, body.length & 255];
  return concat(Uint8Array.of(type, ...size, ...time, 0, 0, 0), body, be32(TAG_HEADER_BYTES + body.length));
}

const AAC_STEREO_16_BIT = 0xaf;

/** The body of an audio tag with a frame of AAC, or with its header. */
export const aacBody = (data: Uint8Array, { header }: { header: boolean }) =>
  concat(Uint8Array.of(AAC_STEREO_16_BIT, header ? 0 : 1), data);

/** The tags of a file as messages of its encoder, views into it. A tag that is cut off at the end is left out. */
export function flvMessages(file: Uint8Array): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  for (let at = FILE_HEADER_BYTES; at + TAG_HEADER_BYTES <= file.length; ) {
    const bodyAt = at + TAG_HEADER_BYTES;
    const end = bodyAt + u24(file, at + 1);
    if (end > file.length) break;
    messages.push({ type: file[at]!, timestamp: flvTimestamp(file, at + 4), body: file.subarray(bodyAt, end) });
    at = end + 4;
  }
  return messages;
}
