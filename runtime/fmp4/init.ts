// An init segment (ftyp + moov): parses its tracks, and what a playlist must say about them.

import { boxes, findBox, fourCc, Mp4Error, needBox, u16, u32 } from "./box.ts";

export interface Track {
  id: number;
  kind: "video" | "audio" | "other";
  /** Ticks per second. */
  timescale: number;
  /** RFC 6381 §3.3; only the sample entry (`hvc1`) for codecs that we do not support. */
  codec: string;
  /** 0 for sound. */
  width: number;
  height: number;
  /** From trex: the values for samples without values in their fragment. */
  defaultDuration: number;
  defaultSize: number;
  defaultFlags: number;
}

/** An init segment with its parsed tracks. */
export interface SourceInit {
  bytes: Uint8Array;
  tracks: Track[];
}

export interface Init extends SourceInit {
  /** The first 48 bits of its SHA-256, in hex: equal for equal bytes. */
  hash: string;
}

export const initOf = ({ bytes, tracks }: SourceInit): Init => ({
  bytes,
  tracks,
  hash: new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12),
});

/** Throws Mp4Error. */
export function parseInit(b: Uint8Array): Track[] {
  const moov = needBox(b, { start: 0, end: b.length }, ["moov"], { bytes: 8 });
  const tracks: Track[] = [];
  for (const box of boxes(b, moov.start, moov.end)) if (box.type === "trak") tracks.push(parseTrak(b, box));
  const mvex = needBox(b, moov, ["mvex"], { bytes: 8 });
  for (const box of boxes(b, mvex.start, mvex.end)) {
    if (box.type !== "trex" || box.end - box.start < 24) continue;
    const track = tracks.find(({ id }) => id === u32(b, box.start + 4));
    if (!track) continue;
    track.defaultDuration = u32(b, box.start + 12);
    track.defaultSize = u32(b, box.start + 16);
    track.defaultFlags = u32(b, box.start + 20);
  }
  if (tracks.length === 0) throw new Mp4Error("the moov box has no track");
  return tracks;
}

function parseTrak(b: Uint8Array, trak: { start: number; end: number }): Track {
  const tkhd = needBox(b, trak, ["tkhd"], { bytes: 24 });
  const mdhd = needBox(b, trak, ["mdia", "mdhd"], { bytes: 24 });
  const hdlr = needBox(b, trak, ["mdia", "hdlr"], { bytes: 12 });
  const stsd = needBox(b, trak, ["mdia", "minf", "stbl", "stsd"], { bytes: 16 });
  const handler = fourCc(b, hdlr.start + 8);
  const timescale = u32(b, mdhd.start + (b[mdhd.start] === 1 ? 20 : 12));
  if (timescale === 0) throw new Mp4Error("a track without timescale");
  return {
    id: u32(b, tkhd.start + (b[tkhd.start] === 1 ? 20 : 12)),
    kind: handler === "vide" ? "video" : handler === "soun" ? "audio" : "other",
    timescale,
    ...sampleEntry(b, stsd),
    defaultDuration: 0,
    defaultSize: 0,
    defaultFlags: 0,
  };
}

function sampleEntry(b: Uint8Array, stsd: { start: number; end: number }) {
  const [entry] = boxes(b, stsd.start + 8, stsd.end);
  if (!entry) throw new Mp4Error("a track without sample entry");
  const { type, start, end } = entry;
  const picture =
    end - start >= 78 && type !== "mp4a" ? { width: u16(b, start + 24), height: u16(b, start + 26) } : null;
  if (picture && (type === "avc1" || type === "avc3")) {
    const avcC = findBox(b, { start: start + 78, end }, "avcC");
    if (!avcC || avcC.end - avcC.start < 4) throw new Mp4Error("H.264 without avcC");
    return {
      codec: `${type}.${hex(b[avcC.start + 1]!)}${hex(b[avcC.start + 2]!)}${hex(b[avcC.start + 3]!)}`,
      ...picture,
    };
  }
  if (type === "mp4a" && end - start >= 28) return { codec: mp4aCodec(b, start, end), width: 0, height: 0 };
  return { codec: type, width: picture?.width ?? 0, height: picture?.height ?? 0 };
}

/** ISO/IEC 14496-1 §7.2.6: ES_Descriptor (3) > DecoderConfigDescriptor (4) > DecoderSpecificInfo (5). */
function mp4aCodec(b: Uint8Array, start: number, end: number): string {
  const esds = findBox(b, { start: start + 28, end }, "esds");
  if (!esds) return "mp4a";
  let at = esds.start + 4;
  const descriptor = (tag: number) => {
    if (b[at++] !== tag) throw new Mp4Error("esds with an unexpected descriptor");
    while (at < esds.end && b[at++]! & 0x80);
  };
  descriptor(3);
  at += 3;
  descriptor(4);
  const objectType = b[at]!;
  at += 13;
  if (objectType !== 0x40) return `mp4a.${hex(objectType)}`;
  descriptor(5);
  const audioObjectType = b[at]! >> 3;
  return `mp4a.40.${audioObjectType === 31 ? 32 + (((b[at]! & 7) << 3) | (b[at + 1]! >> 5)) : audioObjectType}`;
}

const hex = (n: number) => n.toString(16).padStart(2, "0");
