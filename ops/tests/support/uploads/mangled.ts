// Files that no program writes: headers that lie, indexes that are missing, bombs.

import { deflateSync } from "node:zlib";
import { file, type Kitchen, mp4Box, mp4Boxes } from "./ingredients.ts";

interface Copy {
  from: string;
  to: string;
}

const CONTAINERS = new Set(["moov", "trak", "mdia", "edts"]);

/** All headers of duration say `seconds`; the samples do not. */
export async function lyingHeader(kitchen: Kitchen, { from, to, seconds }: Copy & { seconds: number }) {
  const bytes = await Bun.file(file(kitchen, from)).bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let scale = 1_000;
  const lie = (start: number, end: number) => {
    for (const { type, at, bytes: length } of mp4Boxes(bytes, start, end)) {
      if (CONTAINERS.has(type)) lie(at + 8, at + length);
      if (type === "mvhd") scale = view.getUint32(at + 20);
      if (type === "mvhd") view.setUint32(at + 24, seconds * scale);
      if (type === "tkhd") view.setUint32(at + 28, seconds * scale);
      if (type === "mdhd") view.setUint32(at + 24, (seconds * view.getUint32(at + 20)) >>> 0);
      if (type === "elst") view.setUint32(at + 16, seconds * scale);
    }
  };
  lie(0, bytes.length);
  await Bun.write(file(kitchen, to), bytes);
}

/** The recorder died before it wrote the index. */
export async function withoutIndex(kitchen: Kitchen, { from, to }: Copy) {
  const bytes = await Bun.file(file(kitchen, from)).bytes();
  const index = mp4Boxes(bytes).find(({ type }) => type === "moov")!;
  await Bun.write(file(kitchen, to), bytes.subarray(0, index.at - 500));
}

/** A QuickTime film of three PNGs, black and white, of `side` × `side`. */
export async function hugePicture(kitchen: Kitchen, name: string, side: number) {
  const png = pngOf(side);
  await Bun.write(
    file(kitchen, name),
    film({ fourCc: "png ", width: side, height: side, samples: 3, sample: png, ticks: 40 }),
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

const zeros = (length: number) => new Uint8Array(length);
const text = (letters: string) => new TextEncoder().encode(letters);
function u32(value: number) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
function u16(value: number) {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value);
  return bytes;
}
