import { expect, test } from "bun:test";
import fc from "fast-check";
import { concealed, concealedSamples, opusSamples } from "./opus-packet.ts";

const samples = (...bytes: number[]) => opusSamples(Uint8Array.from(bytes));

test("length by coder, and by the number of frames", () => {
  // SILK 10 to 60 ms, hybrid 10 and 20 ms, CELT 2.5 to 20 ms.
  expect([0, 1, 2, 3].map((config) => samples(config << 3))).toEqual([480, 960, 1_920, 2_880]);
  expect([12, 13, 14, 15].map((config) => samples(config << 3))).toEqual([480, 960, 480, 960]);
  expect([28, 29, 30, 31].map((config) => samples(config << 3))).toEqual([120, 240, 480, 960]);
  expect([samples((31 << 3) | 1), samples((31 << 3) | 2, 9), samples((31 << 3) | 3, 3)]).toEqual([1_920, 1_920, 2_880]);
});

test("what has no frame, more than 120 ms or too many bytes is no Opus", () => {
  expect([samples(), samples(3), samples((31 << 3) | 3, 0), samples((31 << 3) | 3, 7), samples((3 << 3) | 1)]).toEqual([
    ...[null, null, null, null],
    5_760,
  ]);
  expect(opusSamples(new Uint8Array(4_001))).toBeNull();
});

test("a concealed packet is one empty frame of the same kind", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (packet) => {
      if (opusSamples(packet) === null) return;
      expect(concealed(packet).length).toBe(1);
      expect(concealedSamples(packet)).toBeLessThanOrEqual(opusSamples(packet)!);
    }),
  );
});
