import { expect, test } from "bun:test";
import fc from "fast-check";
import { patient } from "#schema/testing-slowness.ts";
import { ffmpegOutput } from "../../intake/flv/testing.ts";
import { NutReader } from "./nut-reader.ts";

const SLOW = { timeout: patient(30_000) };
const nut = (words: string) => ffmpegOutput(`${words} -f nut -flush_packets 1 pipe:1`.split(" "));
const OPUS = "-f lavfi -i sine=r=48000:d=2 -c:a libopus -b:a 128k -application lowdelay -frame_duration 20";
const H264 =
  "-f lavfi -i testsrc2=s=640x360:r=30:d=3 -c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -g 30 -enc_time_base 1:1000 -bsf:v dump_extra=freq=keyframe";

test("Opus: a packet each 20 ms, from FFmpeg", SLOW, async () => {
  const packets = new NutReader().push(await nut(OPUS));
  expect(packets.length).toBeGreaterThanOrEqual(100);
  const steps = packets.slice(1).map(({ atS }, i) => Math.round((atS - packets[i]!.atS) * 48_000));
  expect(new Set(steps)).toEqual(new Set([960]));
});

test("H.264: pictures with their times, keyframes with their parameter sets", SLOW, async () => {
  const packets = new NutReader().push(await nut(H264));
  expect(packets).toHaveLength(90);
  expect(packets.map(({ atS }) => Math.round(atS * 1_000)).slice(0, 4)).toEqual([0, 33, 67, 100]);
  expect(packets.flatMap(({ key }, i) => (key ? [i] : []))).toEqual([0, 30, 60]);
  for (const { key, data } of packets) {
    expect(Buffer.from(data.subarray(0, 4)).toString("hex")).toBe("00000001");
    if (key) expect(data[4]! & 31).toBe(7);
  }
});

test("pieces of any size give the same packets", SLOW, async () => {
  const bytes = (await nut(OPUS)).subarray(0, 20_000);
  const whole = new NutReader().push(bytes);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 }), (sizes) => {
      const reader = new NutReader();
      const packets = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length]!;
        packets.push(...reader.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(packets).toEqual(whole);
    }),
    { numRuns: 20 },
  );
});

test("what is no NUT is told, and damage ends the reader and nothing else", SLOW, async () => {
  expect(() => new NutReader().push(new Uint8Array(100))).toThrow("it is no NUT");
  const bytes = (await nut(OPUS)).subarray(0, 4_000);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const damaged = bytes.slice();
      damaged[at] = value;
      try {
        new NutReader().push(damaged);
      } catch (error) {
        expect((error as Error).name).toBe("NutError");
      }
    }),
  );
});
