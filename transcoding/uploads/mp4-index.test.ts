// Whether the index of an MP4 is there.

import { expect, test } from "bun:test";
import { checkIndex } from "./mp4-index.ts";

const box = (type: string, bytes: number, said = bytes) => {
  const made = new Uint8Array(bytes);
  new DataView(made.buffer).setUint32(0, said);
  made.set(new TextEncoder().encode(type), 4);
  return made;
};
const check = (...boxes: Uint8Array[]) => {
  const file = Buffer.concat(boxes);
  return checkIndex(async (at, length) => file.subarray(at, at + length), file.length);
};

test("an index in front, behind, and in front of fragments is found", async () => {
  expect(await check(box("ftyp", 24), box("moov", 100), box("mdat", 50))).toEqual({ cutOff: false });
  expect(await check(box("ftyp", 24), box("mdat", 50), box("moov", 100))).toEqual({ cutOff: false });
  expect(await check(box("ftyp", 24), box("moov", 90), box("moof", 30), box("mdat", 9))).toEqual({ cutOff: false });
  expect(await check(box("ftyp", 24), box("moov", 90), box("mdat", 50, 0))).toEqual({ cutOff: false });
  expect(await check(box("ftyp", 24), box("moov", 90), new Uint8Array(3))).toEqual({ cutOff: false });
});

test("media that are cut off behind their index are told", async () => {
  expect(await check(box("ftyp", 24), box("moov", 90), box("mdat", 50, 5_000))).toEqual({ cutOff: true });
});

test("a missing index, half an index and one of half a gigabyte are refused", async () => {
  await expect(check(box("ftyp", 24), box("mdat", 50, 5_000))).rejects.toMatchObject({ code: "index_missing" });
  await expect(check(box("ftyp", 24), box("mdat", 50))).rejects.toMatchObject({ code: "index_missing" });
  await expect(check(box("ftyp", 24), box("moov", 50, 5_000))).rejects.toMatchObject({ code: "index_missing" });
  await expect(check(box("moov", 50, 500_000_000))).rejects.toMatchObject({ code: "too_expensive" });
});

test("a million boxes are refused before all of them are read", async () => {
  const tiny = box("free", 8);
  let reads = 0;
  const read = async () => {
    reads++;
    return tiny;
  };
  await expect(checkIndex(read, 8_000_000)).rejects.toMatchObject({ code: "too_many_packets" });
  expect(reads).toBeLessThan(500_000);
});
