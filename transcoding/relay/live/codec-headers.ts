// The codec headers in an init segment: what RTMP would have sent as AVC and AAC headers.

import { boxes, findBox, Mp4Error, needBox } from "#runtime/fmp4/box.ts";
import { parseInit, type Track } from "#runtime/fmp4/init.ts";
import { type AacConfig, parseAsc } from "../../intake/flv/aac-config.ts";
import { type AvcConfig, parseAvcC } from "../../intake/flv/avc-config.ts";
import { HeaderError } from "../../intake/flv/bits.ts";

/** What a rendition is, until its next init segment. */
export interface MediaFormat {
  tracks: Track[];
  /** Null: no H.264 picture. */
  video: { track: Track; config: AvcConfig } | null;
  /** Null: no AAC. */
  audio: { track: Track; config: AacConfig } | null;
}

interface Place {
  start: number;
  end: number;
}

/** Fields of a visual and of an audio sample entry before its boxes (ISO/IEC 14496-12 §12.1.3, §12.2.3). */
const [VISUAL_BYTES, AUDIO_BYTES] = [78, 28];
const [ES, DECODER_CONFIG, DECODER_SPECIFIC] = [3, 4, 5];

/** Throws Mp4Error, or HeaderError for codec headers that make no sense. */
export function readFormat(init: Uint8Array): MediaFormat {
  const tracks = parseInit(init);
  const format: MediaFormat = { tracks, video: null, audio: null };
  const moov = needBox(init, { start: 0, end: init.length }, ["moov"], { bytes: 8 });
  let index = 0;
  for (const box of boxes(init, moov.start, moov.end)) {
    if (box.type !== "trak") continue;
    const track = tracks[index++]!;
    const stsd = needBox(init, box, ["mdia", "minf", "stbl", "stsd"], { bytes: 16 });
    const [entry] = boxes(init, stsd.start + 8, stsd.end);
    if (!entry) continue;
    if (track.kind === "video" && !format.video && track.codec.startsWith("avc")) {
      const avcC = findBox(init, { start: entry.start + VISUAL_BYTES, end: entry.end }, "avcC");
      if (!avcC) throw new Mp4Error("H.264 without avcC");
      format.video = { track, config: parseAvcC(init.slice(avcC.start, avcC.end)) };
    } else if (track.kind === "audio" && !format.audio && track.codec.startsWith("mp4a.40")) {
      format.audio = { track, config: parseAsc(audioSpecificConfig(init, entry)) };
    }
  }
  return format;
}

/** ISO/IEC 14496-1 §7.2.6: an ES_Descriptor, in it a DecoderConfigDescriptor, in that the DecoderSpecificInfo. */
function audioSpecificConfig(init: Uint8Array, entry: Place): Uint8Array {
  const esds = findBox(init, { start: entry.start + AUDIO_BYTES, end: entry.end }, "esds");
  if (!esds) throw new Mp4Error("AAC without esds");
  const es = descriptor(init, { start: esds.start + 4, end: esds.end }, ES);
  const config = descriptor(init, { start: es.start + 3, end: es.end }, DECODER_CONFIG);
  const specific = descriptor(init, { start: config.start + 13, end: config.end }, DECODER_SPECIFIC);
  return init.slice(specific.start, specific.end);
}

function descriptor(init: Uint8Array, { start, end }: Place, tag: number): Place {
  let at = start;
  if (init[at++] !== tag) throw new Mp4Error("esds with an unexpected descriptor");
  let length = 0;
  for (let more = true; more && at < end; at++) {
    length = length * 128 + (init[at]! & 127);
    more = (init[at]! & 128) !== 0;
  }
  if (at + length > end) throw new Mp4Error("a descriptor of esds is cut off");
  return { start: at, end: at + length };
}

export const isFormatError = (error: unknown) => error instanceof Mp4Error || error instanceof HeaderError;

/** SPS and PPS as NAL units (ISO/IEC 14496-15 §5.3.3.1). */
export function parameterSets({ avcC }: AvcConfig): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [31, 255]) {
    let count = (avcC[at++] ?? 0) & mask;
    for (; count > 0 && at + 2 <= avcC.length; count--) {
      const length = (avcC[at]! << 8) | avcC[at + 1]!;
      sets.push(avcC.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return sets;
}
