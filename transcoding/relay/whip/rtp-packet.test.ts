import { expect, test } from "bun:test";
import fc from "fast-check";
import { concat } from "../../bytes.ts";
import { isRtcp, PACKET_BYTES_MAX, parseRtp } from "./rtp-packet.ts";
import { rtpBytes } from "./testing-publisher.ts";

const payload = Uint8Array.of(1, 2, 3, 4, 5);

test("a packet is read, with its other senders and its extension left out", () => {
  const sent = { payloadType: 111, marker: true, sequence: 65_535, timestamp: 2 ** 32 - 1, ssrc: 0xdeadbeef, payload };
  const bytes = rtpBytes(sent);
  expect(parseRtp(bytes)).toEqual(sent);
  // One contributing sender, and an extension of two words.
  const head = bytes.slice(0, 12);
  head[0] = 0x80 | 0x10 | 1;
  const more = Uint8Array.of(9, 9, 9, 9, 0xbe, 0xde, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8);
  expect(parseRtp(concat(head, more, payload))).toEqual(sent);
});

test("padding is taken off; padding longer than the packet, or of no length, makes it none", () => {
  const padded = (count: number) => {
    const bytes = rtpBytes({ payload: concat(payload, Uint8Array.of(0, 0, count)) });
    bytes[0]! |= 0x20;
    return parseRtp(bytes);
  };
  expect(padded(3)?.payload).toEqual(payload);
  expect(padded(8)?.payload.length).toBe(0);
  expect([padded(9), padded(255), padded(0)]).toEqual([null, null, null]);
});

test("what is too short, too long, of another version or cut off is none", () => {
  const bytes = rtpBytes({ payload });
  expect(parseRtp(bytes.subarray(0, 11))).toBeNull();
  expect(parseRtp(concat(bytes, new Uint8Array(PACKET_BYTES_MAX)))).toBeNull();
  expect(parseRtp(concat(Uint8Array.of(0x40), bytes.subarray(1)))).toBeNull();
  expect(parseRtp(concat(Uint8Array.of(0x8f), bytes.subarray(1)))).toBeNull();
  expect(parseRtp(concat(Uint8Array.of(0x90), bytes.subarray(1, 14)))).toBeNull();
});

test("RTCP is told by its type", () => {
  expect([200, 201, 205, 206, 192, 223].map((type) => isRtcp(Uint8Array.of(0x80, type)))).toEqual(Array(6).fill(true));
  expect([96, 111, 96 + 128, 63 + 128].map((type) => isRtcp(Uint8Array.of(0x80, type)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test("no bytes make the parser throw, and no payload reaches beyond them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const found = parseRtp(bytes);
      if (found) expect(found.payload.length).toBeLessThanOrEqual(bytes.length - 12);
    }),
    { numRuns: 5_000 },
  );
});
