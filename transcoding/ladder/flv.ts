// FLV as a stream of bytes for FFmpeg's standard input (Adobe, "Video File Format 10.1", annex E).

const TAG_HEADER_BYTES = 11;
const [HAS_VIDEO, HAS_AUDIO] = [1, 4];

/** The beginning of the stream. */
export const flvHeader = ({ audio }: { audio: boolean }) =>
  Uint8Array.of(0x46, 0x4c, 0x56, 1, HAS_VIDEO | (audio ? HAS_AUDIO : 0), 0, 0, 0, 9, 0, 0, 0, 0);

/** One tag: audio (8) or video (9). The time has 32 bits. */
export function flvTag({ type, atMs, body }: { type: 8 | 9; atMs: number; body: Uint8Array }): Uint8Array {
  const tag = new Uint8Array(TAG_HEADER_BYTES + body.length + 4);
  const view = new DataView(tag.buffer);
  const ms = Math.round(atMs) % 2 ** 32;
  view.setUint32(0, body.length);
  tag[0] = type;
  view.setUint32(4, (ms << 8) | (ms >>> 24));
  tag.set(body, TAG_HEADER_BYTES);
  view.setUint32(TAG_HEADER_BYTES + body.length, TAG_HEADER_BYTES + body.length);
  return tag;
}
