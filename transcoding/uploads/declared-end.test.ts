// Where Matroska and AVI say that they end.

import { expect, test } from "bun:test";
import { declaredEnd } from "./declared-end.ts";

const ebml = (...size: number[]) =>
  Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x82, 1, 2, 0x18, 0x53, 0x80, 0x67, ...size, 0, 0);

test("a segment ends behind its size, of whatever length", () => {
  expect(declaredEnd("matroska", ebml(0x85))).toBe(17);
  expect(declaredEnd("matroska", ebml(0x40, 0x10))).toBe(29);
  expect(declaredEnd("matroska", ebml(1, 0, 0, 1, 0, 0, 0, 0))).toBe(19 + 2 ** 32);
});

test("a live recording, another element, and a beginning that is cut off tell nothing", () => {
  expect(declaredEnd("matroska", ebml(0xff))).toBeNull();
  expect(declaredEnd("matroska", ebml(1, 255, 255, 255, 255, 255, 255, 255))).toBeNull();
  const other = ebml(0x85);
  other[8] = 0;
  expect(declaredEnd("matroska", other)).toBeNull();
  for (let length = 0; length < 12; length++) expect(declaredEnd("matroska", ebml(0x85).slice(0, length))).toBeNull();
  expect(declaredEnd("matroska", Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0, 0))).toBeNull();
});

test("AVI ends behind its RIFF chunk, and other files say nothing", () => {
  const avi = new TextEncoder().encode("RIFF\u0010\u0001\0\0AVI LIST");
  expect(declaredEnd("avi", avi)).toBe(8 + 0x110);
  expect(declaredEnd("avi", avi.slice(0, 7))).toBeNull();
  expect(declaredEnd("mpegts", new Uint8Array(4_096))).toBeNull();
});
