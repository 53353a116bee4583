import { expect, test } from "bun:test";
import fc from "fast-check";
import { be32, concat, flvTimestamp } from "../../bytes.ts";
import { parseAddress } from "./address.ts";
import { type AmfValue, readAmf } from "./amf.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { HANDSHAKE_BYTES } from "./client.ts";
import { RtmpError, type RtmpMessage } from "./message.ts";
import { rtmpPlayer } from "./player.ts";
import { chunked, commandMessage, playing, serverHandshake, status } from "./testing-server.ts";

function player() {
  const sent: Uint8Array[] = [];
  const messages: RtmpMessage[] = [];
  const told: { code: string; description: string; failed: boolean }[] = [];
  const one = rtmpPlayer({
    address: parseAddress("rtmp://h/live/pub_1?token=t"),
    randomBytes: new Uint8Array(HANDSHAKE_BYTES - 8).fill(9),
    send: (bytes) => sent.push(bytes),
    onMessage: (message) => messages.push(message),
    onStatus: (one) => told.push(one),
  });
  return { player: one, sent, messages, told };
}

/** Messages that the player sent after its handshake. */
function sentMessages(sent: Uint8Array[]): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  new ChunkReader((message) => messages.push(message)).push(concat(...sent).subarray(1 + 2 * HANDSHAKE_BYTES));
  return messages;
}
const plain = (values: AmfValue[]) => JSON.parse(JSON.stringify(values));

test("the player shakes hands, connects, creates a stream and plays it live only", () => {
  const { player: one, sent } = player();
  one.open();
  expect([sent[0]!.length, sent[0]![0], sent[0]!.at(-1)]).toEqual([1 + HANDSHAKE_BYTES, 3, 9]);
  one.push(playing());
  const [window, connect, createStream, buffer, play] = sentMessages(sent);
  expect([window!.type, buffer!.type]).toEqual([5, 4]);
  expect(plain(readAmf(connect!.body)).slice(0, 3)).toMatchObject([
    "connect",
    1,
    { app: "live", tcUrl: "rtmp://h:1935/live" },
  ]);
  expect(plain(readAmf(createStream!.body))).toEqual(["createStream", 2, null]);
  expect(plain(readAmf(play!.body))).toEqual(["play", 3, null, "pub_1?token=t", -1]);
});

test("a ping of the server is answered with its time, and ours asks for an answer", () => {
  const { player: one, sent } = player();
  one.open();
  one.push(concat(playing(), chunked({ type: 4, body: concat(Uint8Array.of(0, 6), be32(12_345)) })));
  one.ping();
  expect(sentMessages(sent).slice(-2)).toMatchObject([
    { type: 4, body: concat(Uint8Array.of(0, 7), be32(12_345)) },
    { type: 4, body: concat(Uint8Array.of(0, 6), be32(0)) },
  ]);
});

test("received bytes are acknowledged twice in each window of the server", () => {
  const { player: one, sent } = player();
  one.open();
  one.push(concat(playing(), chunked({ type: 5, body: be32(10_000) })));
  const before = sentMessages(sent).length;
  for (let i = 0; i < 10; i++) one.push(chunked({ type: 9, body: new Uint8Array(2_000) }));
  const acks = sentMessages(sent).slice(before);
  expect(acks.map(({ type }) => type)).toEqual([3, 3, 3, 3]);
});

test("statuses and refusals are told", () => {
  const { player: one, told } = player();
  one.open();
  one.push(concat(playing(), status("NetStream.Play.Start", "Start live")));
  one.push(commandMessage("_error", 1, null, { code: "NetConnection.Connect.Rejected" }));
  one.push(commandMessage("_error", 1, null));
  expect(told).toEqual([
    { code: "NetStream.Play.Start", description: "Start live", failed: false },
    { code: "NetConnection.Connect.Rejected", description: "", failed: true },
    { code: "", description: "", failed: true },
  ]);
});

test("an aggregate is several messages, each at its distance from the first; what is cut off is left out", () => {
  const tag = (type: number, ms: number, body: number[]) =>
    Uint8Array.of(type, 0, 0, body.length, 0, ms >> 8, ms & 255, 0, 0, 0, 0, ...body, 0, 0, 0, 0);
  const body = concat(tag(8, 5_000, [1]), tag(9, 5_040, [2, 3]), tag(8, 5_080, [4]).subarray(0, 11));
  const { player: one, messages } = player();
  one.open();
  one.push(concat(playing(), chunked({ type: 22, timestamp: 70, body })));
  expect(messages).toEqual([
    { type: 8, timestamp: 70, body: Uint8Array.of(1) },
    { type: 9, timestamp: 110, body: Uint8Array.of(2, 3) },
  ]);
  expect(flvTimestamp(Uint8Array.of(1, 2, 3, 4), 0)).toBe(0x04010203);
});

test("what does not speak RTMP is refused by its first byte", () => {
  expect(() => player().player.push(new TextEncoder().encode("HTTP/1.1 400"))).toThrow("RTMP version 72");
});

test("no answer of a server makes the player throw anything but RtmpError", () => {
  const answer = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .record({ type: fc.nat(255), timestamp: fc.nat(2 ** 32 - 1), body: fc.uint8Array({ maxLength: 60 }) })
      .map((one) => chunked(one)),
    fc
      .constantFrom("_result", "_error", "onStatus")
      .chain((name) =>
        fc
          .tuple(fc.nat(3), fc.oneof(fc.double(), fc.string(), fc.constant(null)))
          .map(([id, info]) => commandMessage(name, id, null, info)),
      ),
  );
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 8 }), (answers) => {
      const { player: one } = player();
      try {
        one.open();
        one.push(serverHandshake());
        for (const bytes of answers) one.push(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RtmpError);
      }
    }),
    { numRuns: 500 },
  );
});
