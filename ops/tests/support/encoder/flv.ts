// The tags of an FLV file (Adobe FLV 10.1, annex E), as an encoder sends them.

export interface FlvTag {
  type: "audio" | "video" | "script";
  timestampMs: number;
  body: Uint8Array;
}

const TAG_TYPES = { 8: "audio", 9: "video", 18: "script" } as const;
/** The file's header and the size of the tag before the first one. */
const HEADER_BYTES = 13;

/** Ends at the first tag that is not whole. Bodies are views into the file. */
export function* flvTags(file: Uint8Array): Generator<FlvTag> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = HEADER_BYTES; at + 11 <= file.length; ) {
    const size = (view.getUint8(at + 1) << 16) | view.getUint16(at + 2);
    const timestampMs = (view.getUint8(at + 7) << 24) | (view.getUint8(at + 4) << 16) | view.getUint16(at + 5);
    const type = TAG_TYPES[view.getUint8(at) as keyof typeof TAG_TYPES];
    if (at + 11 + size > file.length) return;
    if (type) yield { type, timestampMs, body: file.subarray(at + 11, at + 11 + size) };
    at += 11 + size + 4;
  }
}

/** True for an AVC or AAC sequence header: a configuration, not media. */
export function isHeader({ type, body }: Pick<FlvTag, "type" | "body">): boolean {
  const [first = 0, packetType] = body;
  if (packetType !== 0) return false;
  return type === "video" ? (first & 0x0f) === 7 : type === "audio" && first >> 4 === 10;
}

/** True for AVC's end of sequence, with which FFmpeg ends a file. */
export const isEnd = ({ type, body }: Pick<FlvTag, "type" | "body">): boolean =>
  type === "video" && ((body[0] ?? 0) & 0x0f) === 7 && body[1] === 2;

/** True for a picture that the file calls a keyframe, headers apart. */
export const isKeyframe = (tag: Pick<FlvTag, "type" | "body">): boolean =>
  tag.type === "video" && (tag.body[0] ?? 0) >> 4 === 1 && !isHeader(tag);

/** The same video labelled as HEVC the way encoders did before enhanced RTMP: codec id 12. */
export function asHevc(tag: FlvTag): FlvTag {
  if (tag.type !== "video") return tag;
  const body = tag.body.slice();
  body[0] = ((body[0] ?? 0) & 0xf0) | 12;
  return { ...tag, body };
}

/** The same video labelled as HEVC by enhanced RTMP: FourCC `hvc1`. */
export function asEnhancedHevc(tag: FlvTag): FlvTag {
  if (tag.type !== "video") return tag;
  const [first = 0, packetType = 0] = tag.body;
  const header = [0x80 | (first & 0x70) | packetType, ...Buffer.from("hvc1")];
  return { ...tag, body: Buffer.concat([Buffer.from(header), tag.body.subarray(packetType === 1 ? 2 : 5)]) };
}
