import { expect, test } from "bun:test";
import fc from "fast-check";
import { be32, concat } from "../../bytes.ts";
import { CHUNK_STREAMS_MAX, ChunkReader, MESSAGE_BYTES_MAX, OPEN_BYTES_MAX } from "./chunk-reader.ts";
import { RtmpError, type RtmpMessage } from "./message.ts";
import { chunked } from "./testing-server.ts";

const fill = (length: number, value: number) => new Uint8Array(length).fill(value);

function readInPieces(bytes: Uint8Array, sizes: number[]): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  const reader = new ChunkReader((message) => messages.push(message));
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length]!);
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  return messages;
}
const shape = (messages: RtmpMessage[]) =>
  messages.map(({ type, timestamp, body }) => [type, timestamp, body.length, [...new Set(body)]]);

/** Full header with `length`, and no body. */
const head = (chunkStream: number, length: number, type = 9) =>
  Uint8Array.of(chunkStream, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255, type, 1, 0, 0, 0);

// Two messages in turns, then chunks of 64 bytes, then time that goes back, with and without the extended field repeated.
const audio = fill(200, 1);
const video = fill(300, 2);
const back = be32(2 ** 32 - 50);
const backHeader = concat(Uint8Array.of(0x40 | 4, 255, 255, 255, 0, 0, 100, 8), back);
const MIXED = concat(
  ...[chunked({ chunkStream: 4, type: 8, timestamp: 1000, body: audio }).subarray(0, 12 + 128)],
  ...[chunked({ chunkStream: 6, type: 9, timestamp: 1001, body: video }).subarray(0, 12 + 128)],
  ...[Uint8Array.of(0xc4), audio.subarray(128)],
  ...[chunked({ chunkStream: 2, type: 1, body: be32(64) })],
  ...[0, 1, 2].flatMap((i) => [Uint8Array.of(0xc6), video.subarray(128 + 64 * i, Math.min(300, 192 + 64 * i))]),
  ...[backHeader, fill(64, 3), Uint8Array.of(0xc4), back, fill(36, 3)],
  ...[backHeader, fill(64, 4), Uint8Array.of(0xc4), fill(36, 4)],
);
const MIXED_MESSAGES = [
  [8, 1000, 200, [1]],
  [9, 1001, 300, [2]],
  [8, 950, 100, [3]],
  [8, 900, 100, [4]],
];

test("any cut of the bytes gives the same messages", () => {
  for (let size = 1; size <= MIXED.length; size++)
    expect(shape(readInPieces(MIXED, [size]))).toEqual(MIXED_MESSAGES as never);
  for (let cut = 1; cut < MIXED.length; cut++)
    expect(shape(readInPieces(MIXED, [cut, MIXED.length]))).toEqual(MIXED_MESSAGES as never);
});

test("messages written by a server come out as they went in, whatever their times, sizes and cuts", () => {
  const message = fc.record({
    chunkStream: fc.integer({ min: 3, max: 12 }),
    type: fc.constantFrom(8, 9, 18),
    timestamp: fc.oneof(fc.nat(2 ** 32 - 1), fc.constantFrom(0, 0xfffffe, 0xffffff, 0x1000000, 2 ** 32 - 1)),
    body: fc.uint8Array({ maxLength: 600 }),
  });
  const pieces = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), pieces, (messages, sizes) => {
      const got = readInPieces(concat(...messages.map((one) => chunked(one))), sizes);
      expect(got).toEqual(messages.map(({ type, timestamp, body }) => ({ type, timestamp, body })));
    }),
  );
});

test("no bytes make the reader throw anything but RtmpError, or hold more than its limit", () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    // Headers that promise much, on many chunk streams.
    fc.tuple(fc.integer({ min: 2, max: 63 }), fc.nat(MESSAGE_BYTES_MAX)).map(([id, length]) => head(id, length)),
    fc.constant(MIXED),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 12 }), (pieces) => {
      const reader = new ChunkReader(() => {});
      for (const piece of pieces) {
        try {
          reader.push(piece);
        } catch (error) {
          expect(error).toBeInstanceOf(RtmpError);
          break;
        }
        expect(reader.heldBytes).toBeLessThanOrEqual(OPEN_BYTES_MAX + 18);
      }
    }),
    { numRuns: 300 },
  );
});

test("each limit ends the reading with a clear error", () => {
  const push = (...pieces: Uint8Array[]) => new ChunkReader(() => {}).push(concat(...pieces));
  expect(() => push(head(4, MESSAGE_BYTES_MAX + 1))).toThrow("a message of 8388609 bytes");
  expect(() => push(head(4, MESSAGE_BYTES_MAX))).not.toThrow();
  const full = (id: number) => concat(head(id, MESSAGE_BYTES_MAX), fill(128, 0));
  expect(() => push(full(4), full(5), head(6, 1))).toThrow("too many bytes in unfinished messages");
  const streams = Array.from({ length: CHUNK_STREAMS_MAX + 1 }, (_, i) =>
    chunked({ chunkStream: 3 + i, type: 8, body: fill(1, 0) }),
  );
  expect(() => push(...streams.slice(1))).not.toThrow();
  expect(() => push(...streams)).toThrow("more than 32 chunk streams");
  for (const size of [0, 1024 * 1024 + 1])
    expect(() => push(chunked({ type: 1, body: be32(size) }))).toThrow(`a chunk size of ${size} bytes`);
  expect(() => push(Uint8Array.of(0xc5))).toThrow("chunk stream 5 begins with format 3");
});

test("an aborted message is lost, and its memory is free", () => {
  const messages: RtmpMessage[] = [];
  const reader = new ChunkReader((message) => messages.push(message));
  reader.push(concat(head(6, 1_000), fill(128, 1), chunked({ chunkStream: 2, type: 2, body: be32(6) })));
  expect(reader.heldBytes).toBe(0);
  reader.push(chunked({ chunkStream: 6, type: 9, body: fill(10, 2) }));
  expect(shape(messages)).toEqual([[9, 0, 10, [2]]]);
});
