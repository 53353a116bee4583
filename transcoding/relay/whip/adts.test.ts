import { expect, test } from "bun:test";
import fc from "fast-check";
import { concat } from "../../bytes.ts";
import { AdtsError, AdtsReader } from "./adts.ts";
import { adtsFrame } from "./testing-sound.ts";

test("frames come out whole however the bytes are cut, with and without a checksum", () => {
  const sizes = fc.array(fc.integer({ min: 3, max: 900 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 700 }), fc.boolean(), (lengths, step, checked) => {
      const sent = lengths.map((length, n) => new Uint8Array(length).fill(n));
      const bytes = concat(...sent.map((data) => adtsFrame(data, { checked })));
      const reader = new AdtsReader();
      const frames = [];
      for (let at = 0; at < bytes.length; at += step) frames.push(...reader.push(bytes.subarray(at, at + step)));
      expect(frames.map(({ data }) => data)).toEqual(sent);
      for (const { asc } of frames) expect([...asc]).toEqual([0x11, 0x90]);
    }),
  );
});

test("other bytes are an error", () => {
  expect(() => new AdtsReader().push(new Uint8Array(20))).toThrow(AdtsError);
  expect(() => new AdtsReader().push(Uint8Array.of(0xff, 0xf1, 0x4c, 0x80, 0, 0x1f, 0xfc, 1))).toThrow(AdtsError);
});
