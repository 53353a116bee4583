// For tests only: pictures as people send them, and looks into those that are drawn.

import { deflateSync } from "node:zlib";
import sharp from "sharp";

const RED = { r: 220, g: 30, b: 30 };
const BLUE = { r: 30, g: 30, b: 220 };

/** Its left half is red, its right half is blue. */
export const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: RED } }).composite([
    { input: { create: { width: width / 2, height, channels: 3, background: BLUE } }, left: width / 2, top: 0 },
  ]);

/** An animation: a red frame, then blue ones. */
export async function animation(format: "gif" | "webp", size = 40): Promise<Buffer> {
  const frame = (background: typeof RED) =>
    sharp({ create: { width: size, height: size, channels: 3, background } })
      .png()
      .toBuffer();
  const frames = [await frame(RED), await frame(BLUE), await frame(BLUE)];
  return sharp(frames, { join: { animated: true } })
    [format]({ delay: [100, 100, 100] })
    .toBuffer();
}

/** A GIF or WebP of frames of changing colours, every other one clear, with these delays in ms. */
export async function frames(format: "gif" | "webp", delay: number[], size = 112): Promise<Buffer> {
  const shown = await Promise.all(
    delay.map((_, i) =>
      sharp({
        create: {
          width: size,
          height: size,
          channels: 4,
          background: { r: (i * 60) % 256, g: 80, b: 120, alpha: i % 2 },
        },
      })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(shown, { join: { animated: true } })
    [format]({ delay, loop: 0 })
    .toBuffer();
}

/** A PNG of a few bytes that says it has this size. */
export function pngOfSize(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(Bun.hash.crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** What is at these fractions of width and height. */
export async function colorAt(picture: Uint8Array, x: number, y: number): Promise<"red" | "blue" | "other"> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  const [r, g, b] = data.subarray(at, at + 3);
  if (g! > 120) return "other";
  return r! > 150 && b! < 100 ? "red" : b! > 150 && r! < 100 ? "blue" : "other";
}

export const metadataOf = (picture: Uint8Array) => sharp(picture, { animated: true }).metadata();
