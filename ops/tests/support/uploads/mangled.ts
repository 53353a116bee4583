// Files whose headers lie, whose index is missing or far away, and whose bytes are damaged: made of ordinary ones.

import { closeSync, openSync, writeSync } from "node:fs";
import { file, type Kitchen, mp4Box } from "./ingredients.ts";
import { all, type Mp4Node, mp4Bytes, mp4Node, mp4Tree, u32, u64, viewOf } from "./mp4-tree.ts";

interface Copy {
  from: string;
  to: string;
}

const bytesOf = (kitchen: Kitchen, name: string) => Bun.file(file(kitchen, name)).bytes();

/** The index lies behind the media (the muxer's default), so that it may become longer. */
async function rewritten(kitchen: Kitchen, { from, to }: Copy, change: (tree: Mp4Node[]) => void) {
  const tree = mp4Tree(await bytesOf(kitchen, from));
  change(tree);
  await Bun.write(file(kitchen, to), mp4Bytes(tree));
}

const scaleOf = (tree: Mp4Node[]) => viewOf(all(tree, "mvhd")[0]!).getUint32(12);

/** All headers of duration say `seconds`; the samples do not. */
export const lyingHeader = (kitchen: Kitchen, { seconds, ...copy }: Copy & { seconds: number }) =>
  rewritten(kitchen, copy, (tree) => {
    const ticks = seconds * scaleOf(tree);
    for (const [type, at] of [
      ["mvhd", 16],
      ["tkhd", 20],
      ["elst", 8],
    ] as const)
      for (const node of all(tree, type)) viewOf(node).setUint32(at, ticks);
    for (const node of all(tree, "mdhd")) viewOf(node).setUint32(16, (seconds * viewOf(node).getUint32(12)) >>> 0);
  });

/** The display matrix swaps left and right. */
export const mirrored = (kitchen: Kitchen, copy: Copy) =>
  rewritten(kitchen, copy, (tree) => {
    const view = viewOf(all(tree, "tkhd")[0]!);
    view.setInt32(40, -0x10000);
    view.setUint32(64, view.getUint32(76));
  });

/** Only these pieces of the film are shown, one after the other. */
export const editedTo = (
  kitchen: Kitchen,
  { pieces, ...copy }: Copy & { pieces: readonly { atS: number; seconds: number }[] },
) =>
  rewritten(kitchen, copy, (tree) => {
    const [scale, mediaScale] = [scaleOf(tree), viewOf(all(tree, "mdhd")[0]!).getUint32(12)];
    const edits = pieces.flatMap(({ atS, seconds }) => [u32(seconds * scale), u32(atS * mediaScale), u32(0x10000)]);
    const list = mp4Node("elst", Buffer.concat([u32(0), u32(pieces.length), ...edits]));
    const [track] = all(tree, "trak");
    track!.inner = [...track!.inner.filter(({ type }) => type !== "edts")];
    track!.inner.splice(1, 0, mp4Node("edts", [list]));
    const shown = pieces.reduce((sum, { seconds }) => sum + seconds, 0) * scale;
    viewOf(all(tree, "mvhd")[0]!).setUint32(16, shown);
    viewOf(all(tree, "tkhd")[0]!).setUint32(20, shown);
  });

/** The clock of the fragments begins at `seconds`. */
export const clockFrom = (kitchen: Kitchen, { seconds, ...copy }: Copy & { seconds: number }) =>
  rewritten(kitchen, copy, (tree) => {
    const scales = new Map(
      all(tree, "trak").map((track) => [
        viewOf(all([track], "tkhd")[0]!).getUint32(12),
        viewOf(all([track], "mdhd")[0]!).getUint32(12),
      ]),
    );
    for (const fragment of all(tree, "traf")) {
      const scale = scales.get(viewOf(all([fragment], "tfhd")[0]!).getUint32(4))!;
      const time = viewOf(all([fragment], "tfdt")[0]!);
      time.setBigUint64(4, time.getBigUint64(4) + BigInt(seconds * scale));
    }
  });

/** The recorder died before it wrote the index. */
export async function withoutIndex(kitchen: Kitchen, { from, to }: Copy) {
  const tree = mp4Tree(await bytesOf(kitchen, from));
  const whole = mp4Bytes(tree.filter(({ type }) => type !== "moov"));
  await Bun.write(file(kitchen, to), whole.subarray(0, whole.length - 500));
}

const FAR = 5_000_000_000;

/** Nothing for five gigabytes, and then media and index: offsets have 64 bits. The file is sparse. */
export async function beyondFourGigabytes(kitchen: Kitchen, { from, to }: Copy) {
  const [head, ...rest] = mp4Tree(await bytesOf(kitchen, from));
  const nothing = mp4Box("free", u64(FAR));
  new DataView(nothing.buffer, nothing.byteOffset).setUint32(0, 1); // ISO/IEC 14496-12 §4.2: 64 bits of size follow.
  for (const table of all(rest, "stbl"))
    table.inner = table.inner.map((node) => (node.type === "stco" ? farOffsets(node) : node));
  const front = mp4Bytes([head!]);
  const out = openSync(file(kitchen, to), "w");
  writeSync(out, front, 0, front.length, 0);
  writeSync(out, nothing, 0, nothing.length, front.length);
  const back = mp4Bytes(rest);
  writeSync(out, back, 0, back.length, front.length + FAR);
  closeSync(out);
}

function farOffsets(stco: Mp4Node): Mp4Node {
  const view = viewOf(stco);
  const offsets = Array.from({ length: view.getUint32(4) }, (_, i) => u64(view.getUint32(8 + 4 * i) + FAR));
  return mp4Node("co64", Buffer.concat([u32(0), u32(offsets.length), ...offsets]));
}

const NOISE_EVERY = 6_000;
const NOISE_BYTES = 40;

/** Some bytes in every 6 000 are others, as of a broadcast received in bad weather. The same ones each time. */
export async function withNoise(kitchen: Kitchen, { from, to }: Copy) {
  const bytes = await bytesOf(kitchen, from);
  for (let at = NOISE_EVERY; at + NOISE_BYTES < bytes.length; at += NOISE_EVERY)
    for (let i = 0; i < NOISE_BYTES; i++) bytes[at + i] = (at * 31 + i * 97) & 0xff;
  await Bun.write(file(kitchen, to), bytes);
}
