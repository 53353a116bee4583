import { expect, test } from "bun:test";
import fc from "fast-check";
import { PACKET_BYTES_MAX, packetize } from "./h264-packetizer.ts";
import { RTP_HEADER_BYTES } from "./rtp-header.ts";
import { unitsOf } from "./testing.ts";

const payloads = (units: Uint8Array[]) => packetize(units).map((packet) => packet.subarray(RTP_HEADER_BYTES));

const unit = fc
  .tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 0, max: 3 }), fc.nat(5_000))
  .map(([type, importance, length]) => {
    const bytes = new Uint8Array(1 + length).map((_, i) => (i * 7 + type) & 255);
    bytes[0] = (importance << 5) | type;
    return bytes;
  });

test("a receiver puts together the units that went in, whatever their sizes, and no packet is too large", () => {
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 20 }), (units) => {
      const packets = packetize(units);
      for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(PACKET_BYTES_MAX);
      expect(unitsOf(packets.map((packet) => packet.subarray(RTP_HEADER_BYTES)))).toEqual(units);
    }),
  );
});

test("parameter sets and a small picture share a packet, which is as important as its most important unit", () => {
  const [sps, pps, slice] = [Uint8Array.of(0x67, 1, 2), Uint8Array.of(0x68, 3), Uint8Array.of(0x25, 4, 5, 6)];
  expect(payloads([sps, pps, slice]).map((one) => [...one])).toEqual([
    [0x60 | 24, 0, 3, 0x67, 1, 2, 0, 2, 0x68, 3, 0, 4, 0x25, 4, 5, 6],
  ]);
});

test("a lone unit goes as it is, up to the largest that fits", () => {
  const largest = new Uint8Array(PACKET_BYTES_MAX - RTP_HEADER_BYTES).fill(9);
  largest[0] = 0x65;
  expect(payloads([largest]).map((one) => one.length)).toEqual([largest.length]);
  const larger = new Uint8Array(largest.length + 1).fill(9);
  larger[0] = 0x65;
  const [first, second] = payloads([larger]);
  expect([first![0], first![1], second![0], second![1]]).toEqual([0x7c, 0x85, 0x7c, 0x45]);
  expect(Math.abs(first!.length - second!.length)).toBeLessThan(2);
});

test("damaged and empty units are left out", () => {
  expect(payloads([new Uint8Array(0), Uint8Array.of(0xe5, 1), Uint8Array.of(0x41, 2)]).map((one) => [...one])).toEqual([
    [0x41, 2],
  ]);
});
