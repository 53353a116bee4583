// Splitting a row of JPEGs.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { splitJpegs } from "./jpeg.ts";

const segment = (code: number, body: number[]) => [
  0xff,
  code,
  (body.length + 2) >> 8,
  (body.length + 2) & 255,
  ...body,
];
const frame = (width: number, height: number) =>
  segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
interface Made {
  width: number;
  height: number;
  comment: number[];
  coded: number[];
}
/** In coded data a 0 follows each 0xff. In a comment anything may stand, also what looks like an end. */
const jpegOf = ({ width, height, comment, coded }: Made) =>
  Uint8Array.of(
    ...[0xff, 0xd8, ...segment(0xfe, [0xff, 0xd9, ...comment]), ...segment(0xc4, [0]), ...frame(width, height)],
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...coded.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])),
    ...[0xff, 0xd9],
  );

const made = fc.record({
  width: fc.integer({ min: 1, max: 65_535 }),
  height: fc.integer({ min: 1, max: 65_535 }),
  comment: fc.array(fc.nat(255), { maxLength: 20 }),
  coded: fc.array(fc.nat(255), { maxLength: 50 }),
});

test("pictures in a row come out whole, with their sizes", () => {
  fc.assert(
    fc.property(fc.array(made, { maxLength: 4 }), (pictures) => {
      const parts = pictures.map(jpegOf);
      const found = splitJpegs(Buffer.concat(parts));
      expect(found?.map(({ width, height }) => ({ width, height }))).toEqual(
        pictures.map(({ width, height }) => ({ width, height })),
      );
      expect(found?.map(({ bytes }) => bytes.toHex())).toEqual(parts.map((part) => part.toHex()));
    }),
  );
});

test("a picture that is cut off anywhere gives none", () => {
  fc.assert(
    fc.property(made, fc.double({ min: 0, max: 1, noNaN: true }), (picture, share) => {
      const whole = jpegOf(picture);
      const cut = 1 + Math.floor(share * (whole.length - 2));
      expect(splitJpegs(whole.subarray(0, cut))).toBeNull();
    }),
  );
});

test("any other bytes neither throw nor give more bytes than there are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, starts) => {
      const bytes = starts ? Uint8Array.of(0xff, 0xd8, ...noise) : noise;
      const found = splitJpegs(bytes) ?? [];
      expect(found.reduce((sum, jpeg) => sum + jpeg.bytes.length, 0)).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
