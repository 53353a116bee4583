import { expect, test } from "bun:test";
import { be32, concat } from "../bytes.ts";
import { type AmfValue, readAmf } from "../intake/rtmp/amf.ts";
import { ChunkReader } from "../intake/rtmp/chunk-reader.ts";
import { HANDSHAKE_BYTES } from "../intake/rtmp/client.ts";
import type { RtmpMessage } from "../intake/rtmp/message.ts";
import { chunked, commandMessage, serverHandshake, status } from "../intake/rtmp/testing-server.ts";
import { rtmpPublisher } from "./publisher.ts";

function publisher() {
  const sent: Uint8Array[] = [];
  const told: string[] = [];
  const one = rtmpPublisher({
    address: { app: "live2", tcUrl: "rtmp://h/live2", streamKey: "KEY" },
    encoder: "us",
    randomBytes: new Uint8Array(HANDSHAKE_BYTES - 8),
    send: (bytes) => sent.push(bytes),
    onAsked: () => told.push("asked"),
    onStart: () => told.push("start"),
    onRefused: () => told.push("refused"),
  });
  const messages = () => {
    const found: RtmpMessage[] = [];
    new ChunkReader((message) => found.push(message)).push(concat(...sent).subarray(1 + 2 * HANDSHAKE_BYTES));
    return found;
  };
  const commands = () => messages().flatMap(({ type, body }) => (type === 20 ? [plain(readAmf(body))] : []));
  one.client.open();
  return { one, messages, commands, told };
}
const plain = (values: AmfValue[]) => JSON.parse(JSON.stringify(values));
const until = (...answers: Uint8Array[]) => concat(serverHandshake(), ...answers);
const connected = commandMessage("_result", 1, null, {});
const created = commandMessage("_result", 4, null, 1);

test("it connects, creates a stream and publishes it under the key", () => {
  const { one, commands, told } = publisher();
  one.client.push(until(connected, created, status("NetStream.Publish.Start")));
  expect(commands()).toEqual([
    [
      "connect",
      1,
      { app: "live2", type: "nonprivate", flashVer: "us", swfUrl: "rtmp://h/live2", tcUrl: "rtmp://h/live2" },
    ],
    ["releaseStream", 2, null, "KEY"],
    ["FCPublish", 3, null, "KEY"],
    ["createStream", 4, null],
    ["publish", 5, null, "KEY", "live"],
  ]);
  expect(told).toEqual(["asked", "start"]);
});

test("a server that does not know Adobe's own commands is no harm, one that refuses ours is", () => {
  const { one, told } = publisher();
  one.client.push(until(connected, commandMessage("_error", 2, null, {}), commandMessage("_error", 3, null, {})));
  expect(told).toEqual([]);
  one.client.push(commandMessage("_error", 4, null, {}));
  expect(told).toEqual(["refused"]);
});

test.each(["NetStream.Publish.BadName", "NetStream.Publish.Denied", "NetConnection.Connect.Rejected"])(
  "%s is a refusal",
  (code) => {
    const { one, told } = publisher();
    one.client.push(until(connected, created, status(code)));
    expect(told).toEqual(["asked", "refused"]);
  },
);

test("media come whole and in time, also beyond 24 bits of milliseconds and of a chunk's size", () => {
  const { one, messages } = publisher();
  one.client.push(until(connected, created, status("NetStream.Publish.Start")));
  const picture = new Uint8Array(300_000).map((_, i) => i);
  one.metadata({ width: 640, stereo: true });
  one.media(9, 5, picture);
  one.media(8, 0xffffff, Uint8Array.of(1, 2));
  one.media(9, 2 ** 31 + 7, picture);
  const [metadata, ...media] = messages().slice(-4);
  expect(plain(readAmf(metadata!.body))).toEqual(["@setDataFrame", "onMetaData", { width: 640, stereo: true }]);
  expect(media).toEqual([
    { type: 9, timestamp: 5, body: picture },
    { type: 8, timestamp: 0xffffff, body: Uint8Array.of(1, 2) },
    { type: 9, timestamp: 2 ** 31 + 7, body: picture },
  ]);
});

test("it says goodbye, and answers pings meanwhile", () => {
  const { one, commands, messages } = publisher();
  one.client.push(until(connected, created, chunked({ type: 4, body: concat(Uint8Array.of(0, 6), be32(77)) })));
  expect(messages().at(-1)).toMatchObject({ type: 4, body: concat(Uint8Array.of(0, 7), be32(77)) });
  one.end();
  expect(commands().slice(-2)).toEqual([
    ["FCUnpublish", 6, null, "KEY"],
    ["deleteStream", 7, null, 1],
  ]);
});
