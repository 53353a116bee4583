// An RTMP 1.0 publisher: sends single tags with any timestamp, also those that FFmpeg and OBS would never send.

import { createConnection, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Amf, amf0 } from "./amf.ts";
import type { FlvTag } from "./flv.ts";

const HANDSHAKE_BYTES = 1_536;
/** Large enough that every message fits in one chunk. */
const CHUNK_SIZE = 1_000_000;
/** A server that answers later than this is not waited for: the answer of a publish waits for our own hook. */
const ANSWER_MS_MAX = 4_000;
/** What the server has not read yet. Beyond it the connection is dropped: an encoder does not collect minutes of media. */
const UNREAD_BYTES_MAX = 16 * 1024 * 1024;
/** Timestamps from here on stand in the extended field (RTMP 1.0 §5.3.1.3). */
const EXTENDED = 0xffffff;

export interface RtmpPublisher {
  /** False once either side has closed. */
  readonly open: boolean;
  /** Resolves when either side has closed. */
  closed: Promise<void>;
  /** Sends audio, video or script data. The timestamp is taken modulo 2^32. Does nothing on a closed connection. */
  send(tag: FlvTag): void;
  /** Ends the connection properly; what was sent arrives. May be called twice. */
  close(): void;
  /** Resets the connection. */
  stop(): void;
}

interface PublishOptions {
  /** `rtmp://host:port/app`, or `rtmps://…`, whose certificate is not checked. */
  server: string;
  key: string;
  /** The address that the server sees. Default: the system's choice. */
  localAddress?: string;
}

/** Resolves when the server lets it publish or has closed. Rejects when the server refuses the connection. */
export async function connectPublisher({ server, key, localAddress }: PublishOptions): Promise<RtmpPublisher> {
  const url = new URL(server);
  const address = { host: url.hostname, port: Number(url.port || 1935), ...(localAddress && { localAddress }) };
  const isTls = url.protocol === "rtmps:";
  const raw = createConnection(address);
  raw.setNoDelay(true);
  const socket = isTls ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  for (const one of [raw, socket]) one.on("error", () => {}); // `closed` reports it.
  await new Promise<void>((resolve, reject) => {
    socket.once(isTls ? "secureConnect" : "connect", resolve);
    socket.once("error", reject);
  });
  await handshake(socket);
  const said = answers(socket, closed);
  const app = url.pathname.slice(1);
  write(socket, { channel: 2, type: 1, stream: 0, body: uint32(CHUNK_SIZE) });
  command(socket, 0, [
    "connect",
    1,
    { app, flashVer: "FMLE/3.0 (compatible; test)", tcUrl: server, type: "nonprivate" },
  ]);
  await said("NetConnection.Connect.Success");
  command(socket, 0, ["createStream", 2, null]);
  await said("_result", 2);
  command(socket, 1, ["publish", 3, null, key, "live"]);
  await said("NetStream.Publish.Start");
  return {
    get open() {
      return socket.writable;
    },
    closed,
    send({ type, timestampMs, body }) {
      if (!socket.writable) return;
      if (socket.writableLength > UNREAD_BYTES_MAX) return void socket.destroy();
      const [number, channel] = type === "audio" ? [8, 4] : type === "video" ? [9, 6] : [18, 5];
      write(socket, { channel: channel!, type: number!, stream: 1, body, timestampMs });
    },
    close: () => socket.end(),
    stop: () => socket.resetAndDestroy(),
  };
}

async function handshake(socket: Socket) {
  socket.write(Buffer.concat([Buffer.from([3]), new Uint8Array(HANDSHAKE_BYTES)]));
  let answer = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    answer = Buffer.concat([answer, chunk as Buffer]);
    if (answer.length >= 1 + 2 * HANDSHAKE_BYTES) break;
  }
  if (answer[0] !== 3) throw new Error("not an RTMP server");
  socket.write(answer.subarray(1, 1 + HANDSHAKE_BYTES));
}

/** Waits for words in what the server says. Its messages are shorter than a chunk, so that no word is cut by a chunk header. */
function answers(socket: Socket, closed: Promise<void>) {
  let text = "";
  let heard = () => {};
  const hear = (chunk: Buffer) => {
    text = (text + chunk.toString("latin1")).slice(-8_192);
    heard();
  };
  socket.on("data", hear);
  return async (word: string, times = 1) => {
    const there = new Promise<void>((resolve) => {
      heard = () => text.split(word).length > times && resolve();
      heard();
    });
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, ANSWER_MS_MAX);
    await Promise.race([there, closed, late.promise]);
    clearTimeout(timer);
  };
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
function write(socket: Socket, message: Message) {
  socket.cork();
  socket.write(chunkHeader(message));
  socket.write(message.body);
  socket.uncork();
}

export function chunkHeader({ channel, type, stream, body, timestampMs = 0 }: Message): Buffer {
  const time = ((Math.round(timestampMs) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  const extended = time >= EXTENDED;
  const header = Buffer.alloc(extended ? 16 : 12);
  header.writeUInt8(channel, 0);
  header.writeUIntBE(extended ? EXTENDED : time, 1, 3);
  header.writeUIntBE(body.length, 4, 3);
  header.writeUInt8(type, 7);
  header.writeUInt32LE(stream, 8);
  if (extended) header.writeUInt32BE(time, 12);
  return header;
}

const command = (socket: Socket, stream: number, values: Amf[]) =>
  write(socket, { channel: 3, type: 20, stream, body: Buffer.concat(values.map(amf0)) });
