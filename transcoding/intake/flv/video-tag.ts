// What an RTMP video message holds: a VIDEODATA (Adobe, "Video File Format 10.1", annex E.4.3).

import { i24 } from "../../bytes.ts";
import { type AvcConfig, parseAvcC } from "./avc-config.ts";
import { HeaderError } from "./bits.ts";

export type VideoTag =
  | { kind: "header"; config: AvcConfig }
  /** `marked`: the encoder calls it a keyframe. */
  | { kind: "picture"; marked: boolean; compositionMs: number; data: Uint8Array }
  | { kind: "endOfSequence" }
  /** Nothing that a viewer would see. */
  | { kind: "nothing" }
  | { kind: "badHeader"; why: string }
  | { kind: "unsupported"; codec: string };

const AVC = 7;
const ENHANCED = 0x80;
const KEYFRAME = 1;
const COMMAND_FRAME = 5;
const PACKET = { header: 0, picture: 1, endOfSequence: 2 } as const;
const HEADER_BYTES = 5;
const CODECS: Record<number, string> = {
  2: "Sorenson H.263",
  3: "Screen Video",
  4: "VP6",
  5: "VP6",
  6: "Screen Video",
  8: "H.263",
  12: "HEVC",
  13: "AV1",
};
/** Enhanced RTMP: the codec's four letters. */
const FOUR_LETTERS: Record<string, string> = { hvc1: "HEVC", av01: "AV1", vp09: "VP9", avc1: "H.264 by enhanced RTMP" };

/** Never throws. The picture's data is a view into `body`. */
export function readVideoTag(body: Uint8Array): VideoTag {
  const [first = 0, packet] = body;
  if (body.length < HEADER_BYTES) return { kind: "nothing" };
  if (first & ENHANCED) {
    const letters = Buffer.from(body.subarray(1, 5)).toString("latin1");
    return { kind: "unsupported", codec: FOUR_LETTERS[letters] ?? "unknown (enhanced RTMP)" };
  }
  if (first >> 4 === COMMAND_FRAME) return { kind: "nothing" };
  if ((first & 15) !== AVC) return { kind: "unsupported", codec: CODECS[first & 15] ?? `unknown (${first & 15})` };
  if (packet === PACKET.endOfSequence) return { kind: "endOfSequence" };
  if (packet === PACKET.header) return header(body.slice(HEADER_BYTES));
  if (packet !== PACKET.picture || body.length === HEADER_BYTES) return { kind: "nothing" };
  const data = body.subarray(HEADER_BYTES);
  return { kind: "picture", marked: first >> 4 === KEYFRAME, compositionMs: i24(body, 2), data };
}

function header(avcC: Uint8Array): VideoTag {
  try {
    return { kind: "header", config: parseAvcC(avcC) };
  } catch (error) {
    if (error instanceof HeaderError) return { kind: "badHeader", why: error.message };
    throw error;
  }
}
