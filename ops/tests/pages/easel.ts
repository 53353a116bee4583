// Works on screenshots in a page of the browser itself, which can decode, scale and encode pictures.

import type { Page } from "playwright-core";

/** Difference of a colour channel, 0 to 255, that the eye does not see and other versions of a browser make. */
const UNSEEN = 40;
/** Screenshots are kept at a third of their size. */
const SCALE = 3;
const GAP_PX = 8;
const QUALITY = 0.6;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class Easel {
  constructor(private readonly page: Page) {}

  /** One picture of several screenshots, in rows: a small WebP. */
  sheet(rows: readonly (readonly Buffer[])[]): Promise<Buffer> {
    const texts = rows.map((row) => row.map((shot) => shot.toString("base64")));
    return this.page.evaluate(drawSheet, { rows: texts, scale: SCALE, gapPx: GAP_PX, quality: QUALITY }).then(decoded);
  }

  /** The part of the pixels that differ, 0 to 1; 1 for pictures of two sizes. */
  difference(one: Buffer, other: Buffer): Promise<number> {
    const pictures = [one, other].map((picture) => picture.toString("base64"));
    return this.page.evaluate(compare, { pictures, unseen: UNSEEN });
  }

  /** For each box of a screenshot the range of its brightness, 0 to 255: 0 for a box in which nothing is seen. */
  ranges(shot: Buffer, boxes: readonly Box[]): Promise<number[]> {
    return this.page.evaluate(brightness, { shot: shot.toString("base64"), boxes });
  }
}

const decoded = (text: string) => Buffer.from(text, "base64");

/** Runs in the page, like the following. */
async function drawSheet(asked: { rows: string[][]; scale: number; gapPx: number; quality: number }): Promise<string> {
  const { rows, scale, gapPx, quality } = asked;
  const bitmapOf = async (text: string) =>
    createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob());
  const bitmaps = await Promise.all(rows.map((row) => Promise.all(row.map(bitmapOf))));
  const size = (px: number) => Math.round(px / scale);
  const widthOf = (row: ImageBitmap[]) => row.reduce((sum, { width }) => sum + size(width) + gapPx, -gapPx);
  const heightOf = (row: ImageBitmap[]) => Math.max(...row.map(({ height }) => size(height)));
  const width = Math.max(...bitmaps.map(widthOf));
  const height = bitmaps.reduce((sum, row) => sum + heightOf(row) + gapPx, -gapPx);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#808080";
  context.fillRect(0, 0, width, height);
  let y = 0;
  for (const row of bitmaps) {
    let x = 0;
    for (const bitmap of row) {
      context.drawImage(bitmap, x, y, size(bitmap.width), size(bitmap.height));
      x += size(bitmap.width) + gapPx;
    }
    y += heightOf(row) + gapPx;
  }
  const blob = await canvas.convertToBlob({ type: "image/webp", quality });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

async function compare({ pictures, unseen }: { pictures: string[]; unseen: number }): Promise<number> {
  const [one, other] = await Promise.all(
    pictures.map(async (text) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/webp;base64,${text}`)).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height);
    }),
  );
  if (one!.width !== other!.width || one!.height !== other!.height) return 1;
  let different = 0;
  for (let at = 0; at < one!.data.length; at += 4) {
    const apart = [0, 1, 2].map((channel) => Math.abs(one!.data[at + channel]! - other!.data[at + channel]!));
    if (Math.max(...apart) > unseen) different++;
  }
  return different / (one!.data.length / 4);
}

async function brightness({ shot, boxes }: { shot: string; boxes: readonly Box[] }): Promise<number[]> {
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  return boxes.map(({ x, y, width, height }) => {
    const { data } = context.getImageData(x, y, Math.max(1, width), Math.max(1, height));
    let [least, most] = [255, 0];
    for (let at = 0; at < data.length; at += 4) {
      const light = 0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!;
      least = Math.min(least, light);
      most = Math.max(most, light);
    }
    return most - least;
  });
}
