// Whether the index of an MP4 is there, and whether its tracks can be read.

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

test("an encrypted track is refused, wherever it is described", async () => {
  const within = (type: string, ...inner: Uint8Array[]) => {
    const made = Buffer.concat([new Uint8Array(8), ...inner]);
    new DataView(made.buffer, made.byteOffset).setUint32(0, made.length);
    made.write(type, 4, "latin1");
    return made;
  };
  const track = (description: string) => {
    const stbl = within("stbl", box("stts", 16), within("stsd", new Uint8Array(8), box(description, 86)));
    return within("trak", box("tkhd", 92), within("mdia", box("mdhd", 32), within("minf", stbl)));
  };
  const film = (...tracks: Uint8Array[]) => check(box("ftyp", 24), within("moov", box("mvhd", 108), ...tracks));
  expect(await film(track("avc1"), track("mp4a"))).toEqual({ cutOff: false });
  await expect(film(track("avc1"), track("enca"))).rejects.toMatchObject({ code: "encrypted" });
  await expect(film(track("encv"))).rejects.toMatchObject({ code: "encrypted" });
  expect(await film(box("encv", 86), box("trak", 20, 5_000))).toEqual({ cutOff: false });
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
