// Writes an init segment (ftyp + moov) of one H.264 track and one AAC track (ISO/IEC 14496-12, -14, -15).

import type { Track } from "#runtime/fmp4/init.ts";
import { be32, concat } from "../bytes.ts";

export const VIDEO_TRACK_ID = 1;
export const AUDIO_TRACK_ID = 2;
/** Ticks per second of the picture. Sound has its sample rate. */
export const VIDEO_TIMESCALE = 90_000;

export interface VideoEntry {
  /** AVCDecoderConfigurationRecord, as in an RTMP header. */
  avcC: Uint8Array;
  codec: string;
  width: number;
  height: number;
  /** Shape of a pixel; null: not said, so square. */
  pixelAspect: { width: number; height: number } | null;
  /** ISO/IEC 23091-2 code points; null: not said. */
  colour: { primaries: number; transfer: number; matrix: number; fullRange: boolean } | null;
}

export interface AudioEntry {
  /** AudioSpecificConfig. */
  asc: Uint8Array;
  codec: string;
  /** Hz, of the core: SBR doubles it in the player. */
  sampleRate: number;
  channels: number;
}

/** The bytes, and the tracks as parseInit reads them from the bytes. */
export function writeInit({ video, audio }: { video: VideoEntry; audio: AudioEntry | null }): {
  bytes: Uint8Array;
  tracks: Track[];
} {
  const tracks = [videoTrack(video), ...(audio ? [audioTrack(audio)] : [])];
  const traks = [videoTrak(video), ...(audio ? [audioTrak(audio)] : [])];
  const mvex = box("mvex", ...tracks.map(({ id }) => box("trex", u32s(0, id, 1, 0, 0, 0))));
  const ids = u32s(0, 0, 0, 0, 0, 0, tracks.length + 1);
  const mvhd = box("mvhd", u32s(0, 0, 0, 1000, 0, 0x10000), u16s(0x100, 0), u32s(0, 0), MATRIX, ids);
  const ftyp = box("ftyp", text("iso5"), u32s(0), text("iso5iso6mp41"));
  return { bytes: concat(ftyp, box("moov", mvhd, ...traks, mvex)), tracks };
}

const NO_DEFAULTS = { defaultDuration: 0, defaultSize: 0, defaultFlags: 0 };
const videoTrack = ({ codec, width, height }: VideoEntry): Track => ({
  ...{ id: VIDEO_TRACK_ID, kind: "video", timescale: VIDEO_TIMESCALE, codec, width, height },
  ...NO_DEFAULTS,
});
const audioTrack = ({ codec, sampleRate }: AudioEntry): Track => ({
  ...{ id: AUDIO_TRACK_ID, kind: "audio", timescale: sampleRate, codec, width: 0, height: 0 },
  ...NO_DEFAULTS,
});

const u16s = (...words: number[]) => Uint8Array.from(words.flatMap((word) => [(word >> 8) & 255, word & 255]));
const u32s = (...words: number[]) => concat(...words.map(be32));
const text = (letters: string) => Buffer.from(letters, "latin1");
function box(type: string, ...body: Uint8Array[]): Uint8Array {
  const bytes = concat(...body);
  return concat(u32s(8 + bytes.length), text(type), bytes);
}
const MATRIX = u32s(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function videoTrak(video: VideoEntry): Uint8Array {
  const { width, height, pixelAspect } = video;
  const shown = pixelAspect ? Math.round((width * pixelAspect.width) / pixelAspect.height) : width;
  return trak({
    ...{ id: VIDEO_TRACK_ID, timescale: VIDEO_TIMESCALE, handler: "vide", volume: 0 },
    size: u32s(Math.min(shown, 0xffff) << 16, height << 16),
    header: box("vmhd", u32s(1, 0, 0)),
    entry: avc1(video),
  });
}

const audioTrak = (audio: AudioEntry) =>
  trak({
    ...{ id: AUDIO_TRACK_ID, timescale: audio.sampleRate, handler: "soun", volume: 0x100 },
    size: u32s(0, 0),
    header: box("smhd", u32s(0, 0)),
    entry: mp4a(audio),
  });

interface TrakParts {
  id: number;
  timescale: number;
  handler: "vide" | "soun";
  volume: number;
  size: Uint8Array;
  header: Uint8Array;
  entry: Uint8Array;
}

function trak({ id, timescale, handler, volume, size, header, entry }: TrakParts): Uint8Array {
  const tkhd = box("tkhd", u32s(3, 0, 0, id, 0, 0, 0, 0), u16s(0, 0, volume, 0), MATRIX, size);
  const mdhd = box("mdhd", u32s(0, 0, 0, timescale, 0), u16s(0x55c4, 0)); // The language is "und".
  const hdlr = box("hdlr", u32s(0, 0), text(handler), u32s(0, 0, 0), Uint8Array.of(0));
  const dinf = box("dinf", box("dref", u32s(0, 1), box("url ", u32s(1))));
  const empty = [box("stts", u32s(0, 0)), box("stsc", u32s(0, 0)), box("stsz", u32s(0, 0, 0)), box("stco", u32s(0, 0))];
  const stbl = box("stbl", box("stsd", u32s(0, 1), entry), ...empty);
  return box("trak", tkhd, box("mdia", mdhd, hdlr, box("minf", header, dinf, stbl)));
}

function avc1({ avcC, width, height, pixelAspect, colour }: VideoEntry): Uint8Array {
  const fixed = [u16s(0, 0, 0, 1, 0, 0), u32s(0, 0, 0), u16s(width, height), u32s(0x480000, 0x480000, 0), u16s(1)];
  const compressor = new Uint8Array(32);
  const more = [
    ...(pixelAspect ? [box("pasp", u32s(pixelAspect.width, pixelAspect.height))] : []),
    ...(colour ? [box("colr", text("nclx"), colourPoints(colour))] : []),
  ];
  return box("avc1", ...fixed, compressor, u16s(0x18, 0xffff), box("avcC", avcC), ...more);
}

const colourPoints = ({ primaries, transfer, matrix, fullRange }: NonNullable<VideoEntry["colour"]>) =>
  concat(u16s(primaries, transfer, matrix), Uint8Array.of(fullRange ? 0x80 : 0));

/** ISO/IEC 14496-1 §7.2.6: ES_Descriptor (3) > DecoderConfigDescriptor (4) > DecoderSpecificInfo (5), SLConfigDescriptor (6). */
function mp4a({ asc, sampleRate, channels }: AudioEntry): Uint8Array {
  const mpeg4Audio = Uint8Array.of(0x40, 0x15, 0, 0, 0);
  const decoder = descriptor(4, mpeg4Audio, u32s(0, 0), descriptor(5, asc));
  const esds = box("esds", u32s(0), descriptor(3, u16s(0), Uint8Array.of(0), decoder, descriptor(6, Uint8Array.of(2))));
  const rate = u32s(sampleRate < 65_536 ? sampleRate * 65_536 : 0); // 16.16; higher rates stand in the AudioSpecificConfig alone.
  return box("mp4a", u16s(0, 0, 0, 1, 0, 0, 0, 0, channels, 16, 0, 0), rate, esds);
}

/** The length in four bytes of seven bits, as FFmpeg writes it: an AudioSpecificConfig with a layout of its own may be long. */
function descriptor(tag: number, ...body: Uint8Array[]): Uint8Array {
  const bytes = concat(...body);
  const length = [21, 14, 7].map((shift) => ((bytes.length >> shift) & 127) | 128);
  return concat(Uint8Array.of(tag, ...length, bytes.length & 127), bytes);
}
