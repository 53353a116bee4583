import { expect, test } from "bun:test";
import { OggOpus } from "./ogg-opus.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

test("two headers, then a page for each packet, numbered and dated", () => {
  const ogg = new OggOpus();
  const headers = ogg.headers();
  expect([headers.indexOf(0x4f), text(headers).lastIndexOf("OggS"), headers[5]]).toEqual([0, 47, 2]);
  expect(text(headers.subarray(28, 36))).toBe("OpusHead");
  expect(text(headers.subarray(47 + 28, 47 + 36))).toBe("OpusTags");
  const page = ogg.packet(new Uint8Array(510).fill(7), 960);
  const view = new DataView(page.buffer);
  expect([view.getBigUint64(6, true), view.getUint32(18, true), page[26]]).toEqual([960n, 2, 3]);
  expect([...page.subarray(27, 30)]).toEqual([255, 255, 0]);
  expect(page.length).toBe(30 + 510);
});

test("the checksum is that of RFC 3533", () => {
  // Bit by bit, as the text has it.
  const page = new OggOpus().headers().slice(0, 47);
  const told = new DataView(page.buffer).getUint32(22, true);
  page.fill(0, 22, 26);
  let crc = 0;
  for (const byte of page) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  expect(told).toBe(crc >>> 0);
});
