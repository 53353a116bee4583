// Films that no program writes: the smallest QuickTime file around any samples, and one of huge pictures.

import { deflateSync } from "node:zlib";
import { file, type Kitchen, mp4Box } from "./ingredients.ts";
import { u16, u32, zeros } from "./mp4-tree.ts";

/** A QuickTime film of three PNGs, black and white, of `side` × `side`. */
export async function hugePicture(kitchen: Kitchen, name: string, side: number) {
  const sample = pngOf(side);
  await Bun.write(
    file(kitchen, name),
    film({ fourCc: "png ", width: side, height: side, samples: 3, sample, ticks: 40 }),
  );
}

interface Film {
  fourCc: string;
  width: number;
  height: number;
  /** All the same. */
  samples: number;
  sample: Uint8Array;
  /** Of each, of 1 000 a second. */
  ticks: number;
}

/** The smallest one with a picture. */
export function film({ fourCc, width, height, samples, sample, ticks }: Film): Uint8Array {
  const ftyp = mp4Box("ftyp", text("qt  "), u32(512), text("qt  "));
  const mdat = mp4Box("mdat", ...Array.from({ length: samples }, () => sample));
  const length = Math.min(samples * ticks, 0x7fff_ffff);
  const matrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000].map(u32);
  const entry = mp4Box(
    fourCc,
    ...[zeros(6), u16(1), zeros(16), u16(width), u16(height), u32(0x48_0000), u32(0x48_0000)],
    ...[zeros(4), u16(1), zeros(32), u16(24), u16(0xffff)],
  );
  const stbl = mp4Box(
    "stbl",
    mp4Box("stsd", zeros(4), u32(1), entry),
    mp4Box("stts", zeros(4), u32(1), u32(samples), u32(ticks)),
    mp4Box("stsc", zeros(4), u32(1), u32(1), u32(samples), u32(1)),
    mp4Box("stsz", zeros(4), u32(sample.length), u32(samples)),
    mp4Box("stco", zeros(4), u32(1), u32(ftyp.length + 8)),
  );
  const dinf = mp4Box("dinf", mp4Box("dref", zeros(4), u32(1), mp4Box("url ", u32(1))));
  const minf = mp4Box("minf", mp4Box("vmhd", u32(1), zeros(8)), dinf, stbl);
  const mdhd = mp4Box("mdhd", zeros(12), u32(1_000), u32(length), zeros(4));
  const hdlr = mp4Box("hdlr", zeros(4), text("mhlr"), text("vide"), zeros(13));
  const fixed = (side: number) => u32((side << 16) >>> 0);
  const tkhd = mp4Box(
    "tkhd",
    u32(3),
    zeros(8),
    u32(1),
    zeros(4),
    u32(length),
    zeros(16),
    ...matrix,
    fixed(width),
    fixed(height),
  );
  const mvhd = mp4Box(
    "mvhd",
    zeros(12),
    u32(1_000),
    u32(length),
    u32(0x10000),
    u16(0x100),
    zeros(10),
    ...matrix,
    zeros(24),
    u32(2),
  );
  return Buffer.concat([ftyp, mdat, mp4Box("moov", mvhd, mp4Box("trak", tkhd, mp4Box("mdia", mdhd, hdlr, minf)))]);
}

function pngOf(side: number): Uint8Array {
  const row = 1 + Math.ceil(side / 8);
  const header = Buffer.concat([u32(side), u32(side), Uint8Array.of(1, 0, 0, 0, 0)]);
  const chunks = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(new Uint8Array(row * side), { level: 9 })),
    chunk("IEND"),
  ];
  return Buffer.concat([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), ...chunks]);
}

function chunk(type: string, body: Uint8Array = new Uint8Array()): Uint8Array {
  const named = Buffer.concat([text(type), body]);
  return Buffer.concat([u32(body.length), named, u32(Bun.hash.crc32(named))]);
}

const text = (letters: string) => new TextEncoder().encode(letters);
