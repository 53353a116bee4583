// What an RTMP audio message holds: an AUDIODATA (Adobe, "Video File Format 10.1", annex E.4.2).

import { type AacConfig, parseAsc } from "./aac-config.ts";
import { HeaderError } from "./bits.ts";

export type AudioTag =
  | { kind: "header"; config: AacConfig }
  | { kind: "sound"; data: Uint8Array }
  /** nginx-rtmp sends an empty message to who joins. */
  | { kind: "nothing" }
  | { kind: "unsupported"; codec: string };

const AAC = 10;
const HEADER_BYTES = 2;
/** 768 bytes for each of 8 channels is the most that AAC allows. More is not sound. */
export const SOUND_BYTES_MAX = 6_144;
const CODECS: Record<number, string> = {
  0: "PCM",
  1: "ADPCM",
  2: "MP3",
  3: "PCM",
  4: "Nellymoser",
  5: "Nellymoser",
  6: "Nellymoser",
  7: "G.711",
  8: "G.711",
  9: "unknown (enhanced RTMP)",
  11: "Speex",
  14: "MP3",
};

/** Never throws. The sound's data is a view into `body`. */
export function readAudioTag(body: Uint8Array): AudioTag {
  const [first = 0, packet] = body;
  if (body.length <= HEADER_BYTES) return { kind: "nothing" };
  if (first >> 4 !== AAC) return { kind: "unsupported", codec: CODECS[first >> 4] ?? `unknown (${first >> 4})` };
  if (packet === 0) return header(body.slice(HEADER_BYTES));
  const data = body.subarray(HEADER_BYTES);
  return packet === 1 && data.length <= SOUND_BYTES_MAX ? { kind: "sound", data } : { kind: "nothing" };
}

/** A header that cannot be read is told as a codec that cannot be played: the advice is the same. */
function header(asc: Uint8Array): AudioTag {
  try {
    return { kind: "header", config: parseAsc(asc) };
  } catch (error) {
    if (error instanceof HeaderError)
      return {
        kind: "unsupported",
        codec: error.message.startsWith("AAC") ? error.message : "AAC with a header that cannot be read",
      };
    throw error;
  }
}
