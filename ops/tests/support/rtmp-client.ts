// An RTMP 1.0 publisher that can send what FFmpeg would not: modified FLV tags.

import { createConnection, type Socket } from "node:net";

const HANDSHAKE_BYTES = 1_536;
/** Large enough that every message fits in one chunk. */
const CHUNK_SIZE = 1_000_000;

export interface FlvTag {
  type: "audio" | "video" | "script";
  timestampMs: number;
  body: Uint8Array;
}

const TAG_TYPES = { 8: "audio", 9: "video", 18: "script" } as const;

/** The tags of an FLV file (Adobe FLV 10.1, annex E). */
export function* flvTags(file: Uint8Array): Generator<FlvTag> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 13; at + 11 <= file.length; ) {
    const size = (view.getUint8(at + 1) << 16) | view.getUint16(at + 2);
    const timestampMs = (view.getUint8(at + 7) << 24) | (view.getUint8(at + 4) << 16) | view.getUint16(at + 5);
    const type = TAG_TYPES[view.getUint8(at) as keyof typeof TAG_TYPES];
    if (type) yield { type, timestampMs, body: file.slice(at + 11, at + 11 + size) };
    at += 11 + size + 4;
  }
}

/** The same video labelled as HEVC the way encoders did before enhanced RTMP: codec id 12. */
export function asHevc(tag: FlvTag): FlvTag {
  if (tag.type !== "video") return tag;
  const body = tag.body.slice();
  body[0] = ((body[0] ?? 0) & 0xf0) | 12;
  return { ...tag, body };
}

/** The same video labelled as HEVC by enhanced RTMP: FourCC `hvc1`. */
export function asEnhancedHevc(tag: FlvTag): FlvTag {
  if (tag.type !== "video") return tag;
  const [first = 0, packetType = 0] = tag.body;
  const header = [0x80 | (first & 0x70) | packetType, ...Buffer.from("hvc1")];
  return { ...tag, body: Buffer.concat([Buffer.from(header), tag.body.subarray(packetType === 1 ? 2 : 5)]) };
}

interface RtmpClient {
  closed: Promise<void>;
  stop(): void;
}

/** Publishes the tags at their own pace, then keeps the connection open until stopped. Rejects when the server refuses the connection. */
export async function publishTags({
  server,
  key,
  tags,
}: {
  server: string;
  key: string;
  tags: FlvTag[];
}): Promise<RtmpClient> {
  const url = new URL(server);
  const socket = createConnection({ host: url.hostname, port: Number(url.port || 1935) });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {}); // `closed` reports it.
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  await handshake(socket);
  socket.resume();
  const app = url.pathname.slice(1);
  send(socket, { channel: 2, type: 1, stream: 0, body: uint32(CHUNK_SIZE) });
  command(socket, 0, [
    "connect",
    1,
    { app, flashVer: "FMLE/3.0 (compatible; test)", tcUrl: server, type: "nonprivate" },
  ]);
  await Bun.sleep(200);
  command(socket, 0, ["createStream", 2, null]);
  await Bun.sleep(200);
  command(socket, 1, ["publish", 3, null, key, "live"]);
  void pace(socket, tags);
  return { closed, stop: () => socket.destroy() };
}

async function pace(socket: Socket, tags: FlvTag[]) {
  const startMs = performance.now();
  for (const tag of tags) {
    const waitMs = tag.timestampMs - (performance.now() - startMs);
    if (waitMs > 5) await Bun.sleep(waitMs);
    if (socket.destroyed) return;
    if (tag.type === "script") continue;
    const [type, channel] = tag.type === "audio" ? [8, 4] : [9, 6];
    send(socket, {
      channel: channel as number,
      type: type as number,
      stream: 1,
      body: tag.body,
      timestampMs: tag.timestampMs,
    });
  }
}

async function handshake(socket: Socket) {
  const c1 = new Uint8Array(HANDSHAKE_BYTES);
  socket.write(Buffer.concat([Buffer.from([3]), c1]));
  let answer = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    answer = Buffer.concat([answer, chunk as Buffer]);
    if (answer.length >= 1 + 2 * HANDSHAKE_BYTES) break;
  }
  if (answer[0] !== 3) throw new Error("not an RTMP server");
  socket.write(answer.subarray(1, 1 + HANDSHAKE_BYTES));
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

interface Message {
  channel: number;
  type: number;
  stream: number;
  body: Uint8Array;
  timestampMs?: number;
}

/** RTMP 1.0 §5.3.1: a full header of type 0 on each. */
function send(socket: Socket, { channel, type, stream, body, timestampMs = 0 }: Message) {
  const header = Buffer.alloc(12);
  header.writeUInt8(channel, 0);
  header.writeUIntBE(timestampMs, 1, 3);
  header.writeUIntBE(body.length, 4, 3);
  header.writeUInt8(type, 7);
  header.writeUInt32LE(stream, 8);
  socket.write(Buffer.concat([header, body]));
}

type Amf = string | number | null | { [name: string]: Amf };

const command = (socket: Socket, stream: number, values: Amf[]) =>
  send(socket, { channel: 3, type: 20, stream, body: Buffer.concat(values.map(amf0)) });

function amf0(value: Amf): Buffer {
  if (value === null) return Buffer.from([5]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === "string") return Buffer.concat([Buffer.from([2]), name(value)]);
  const fields = Object.entries(value).map(([key, field]) => Buffer.concat([name(key), amf0(field)]));
  return Buffer.concat([Buffer.from([3]), ...fields, Buffer.from([0, 0, 9])]);
}

function name(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}
