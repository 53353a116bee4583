// Decode times in fragmented MP4.

import { expect, test } from "bun:test";
import { beginningOf } from "./media-times.ts";

const u32 = (n: number) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const box = (type: string, ...body: number[][]): number[] => {
  const content = body.flat();
  return [...u32(content.length + 8), ...[...type].map((char) => char.charCodeAt(0)), ...content];
};
const file = (...boxes: number[][]) => Uint8Array.from(boxes.flat()).buffer;

const trak = (id: number, timescale: number, version = 0) => {
  const dates = version === 1 ? [...u32(0), ...u32(0), ...u32(0), ...u32(0)] : [...u32(0), ...u32(0)];
  return box(
    "trak",
    box("tkhd", u32(version << 24), dates, u32(id)),
    box("mdia", box("mdhd", u32(version << 24), dates, u32(timescale))),
  );
};
const traf = (id: number, ...time: number[]) =>
  box("traf", box("tfhd", u32(0), u32(id)), box("tfdt", u32((time.length - 1) << 24), time.flatMap(u32)));

test("a fragment begins with the earlier of its tracks, each in its own timescale", () => {
  const init = file(box("ftyp", u32(0)), box("moov", trak(1, 90_000), trak(2, 48_000)));
  expect(beginningOf(init, file(box("moof", traf(1, 180_000), traf(2, 48_000)), box("mdat")))).toBe(1);
  expect(beginningOf(init, file(box("moof", traf(1, 45_000), traf(2, 48_000))))).toBe(0.5);
});

test("times and dates may have 64 bits", () => {
  const init = file(box("moov", trak(1, 1_000, 1)));
  expect(beginningOf(init, file(box("moof", traf(1, 1, 500))))).toBe((2 ** 32 + 500) / 1_000);
});

test("what is not such a file has no beginning", () => {
  const init = file(box("moov", trak(1, 1_000)));
  expect(beginningOf(init, file(box("moof", traf(7, 1))))).toBeNull();
  expect(beginningOf(new ArrayBuffer(0), file(box("moof", traf(1, 1))))).toBeNull();
  expect(beginningOf(init, new TextEncoder().encode("<html>not media</html>").buffer)).toBeNull();
  for (let length = 0; length < init.byteLength; length++) beginningOf(init.slice(0, length), init);
});
