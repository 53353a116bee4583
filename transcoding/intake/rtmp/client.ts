// The client's side of an RTMP connection, without the connection: handshake, `connect`, acknowledgements and pings.
//
//   C0 C1 ─► S0 S1 S2 ─► C2, connect ─► commands and messages of player.ts or publisher.ts
//
// Facts: Adobe, "RTMP 1.0", §5.2 (handshake), §7.2 (commands). The handshake is the plain one, without digests.

import { u16, u32 } from "#runtime/fmp4/box.ts";
import { be32, concat } from "../../bytes.ts";
import { messagesOf } from "./aggregate.ts";
import { type AmfValue, readAmf, writeAmf } from "./amf.ts";
import { ChunkReader } from "./chunk-reader.ts";
import { chunksOf } from "./chunk-writer.ts";
import { MESSAGE, RtmpError, type RtmpMessage } from "./message.ts";

export const HANDSHAKE_BYTES = 1_536;
/** The server may send so much without an acknowledgement of ours. */
const WINDOW_BYTES = 2_500_000;
/** Of `connect`. */
export const CONNECT_ID = 1;
const CONTROL = { pingRequest: 6, pingResponse: 7 } as const;

export interface ClientOptions {
  /** 1 528 random bytes of the handshake. */
  randomBytes: Uint8Array;
  /** What `connect` says. */
  connect: { [name: string]: AmfValue };
  send(bytes: Uint8Array): void;
  /** Audio, video and data. */
  onMessage(message: RtmpMessage): void;
  /** Name, transaction, and what follows. */
  onCommand(values: AmfValue[]): void;
}

export class RtmpClient {
  /** What has come of S0 S1 S2; null after that. */
  #handshake: Uint8Array | null = new Uint8Array(0);
  #receivedBytes = 0;
  #acknowledgedBytes = 0;
  #windowBytes = WINDOW_BYTES;
  /** Length of the chunks of what is sent. To be changed once the server was told. */
  chunkBytes: number | undefined;
  readonly #reader = new ChunkReader((message) => this.#take(message));

  constructor(private readonly options: ClientOptions) {}

  get shaken() {
    return this.#handshake === null;
  }

  get heldBytes() {
    return this.#reader.heldBytes + (this.#handshake?.length ?? 0);
  }

  /** Begins, once the connection stands. */
  open() {
    const version = 3;
    this.options.send(concat(Uint8Array.of(version), new Uint8Array(8), this.options.randomBytes));
  }

  /** Asks for a sign of life. */
  ping() {
    if (this.shaken) this.control(CONTROL.pingRequest, be32(0));
  }

  /** Throws RtmpError; the client cannot be used after that. */
  push(bytes: Uint8Array) {
    this.#receivedBytes += bytes.length;
    if (this.#handshake) this.#shake(concat(this.#handshake, bytes));
    else this.#reader.push(bytes);
    if (!this.shaken || this.#receivedBytes - this.#acknowledgedBytes < this.#windowBytes / 2) return;
    this.#acknowledgedBytes = this.#receivedBytes;
    this.#send(2, MESSAGE.acknowledgement, be32(this.#receivedBytes >>> 0));
  }

  command(stream: number, ...values: AmfValue[]) {
    this.#send(3, MESSAGE.command, concat(...values.map(writeAmf)), stream);
  }

  control(event: number, value: Uint8Array) {
    this.#send(2, MESSAGE.userControl, concat(Uint8Array.of(0, event), value));
  }

  #shake(bytes: Uint8Array) {
    if (bytes.length > 0 && bytes[0] !== 3) throw new RtmpError(`RTMP version ${bytes[0]}`);
    const end = 1 + 2 * HANDSHAKE_BYTES;
    if (bytes.length < end) {
      this.#handshake = bytes;
      return;
    }
    this.#handshake = null;
    this.options.send(bytes.slice(1, 1 + HANDSHAKE_BYTES)); // C2 repeats S1.
    this.#send(2, MESSAGE.windowSize, be32(WINDOW_BYTES));
    this.command(0, "connect", CONNECT_ID, this.options.connect);
    this.#reader.push(bytes.subarray(end));
  }

  #take(message: RtmpMessage) {
    const { type, body } = message;
    if (type === MESSAGE.audio || type === MESSAGE.video || type === MESSAGE.data) this.options.onMessage(message);
    else if (type === MESSAGE.aggregate) {
      // An aggregate within an aggregate is against the standard, and could nest without end.
      for (const one of messagesOf(message)) if (one.type !== MESSAGE.aggregate) this.#take(one);
    } else if (type === MESSAGE.windowSize && body.length >= 4) this.#windowBytes = u32(body, 0) || WINDOW_BYTES;
    else if (type === MESSAGE.userControl && body.length >= 6 && u16(body, 0) === CONTROL.pingRequest)
      this.control(CONTROL.pingResponse, body.slice(2, 6));
    else if (type === MESSAGE.command) this.options.onCommand(readAmf(body));
    // Their acknowledgements, the peer's bandwidth and "stream begins" need no answer.
  }

  #send(chunkStream: number, type: number, body: Uint8Array, stream = 0) {
    this.options.send(chunksOf({ chunkStream, type, stream, body }, this.chunkBytes));
  }
}

/** The id in the answer to `createStream`. Throws RtmpError for one that our headers cannot carry. */
export function streamIdOf(info: AmfValue | undefined): number {
  const stream = Number(info);
  if (!(stream >= 0 && stream < 256)) throw new RtmpError(`a message stream ${stream}`);
  return stream;
}

/** A status or an error as a server says it; empty text for what it does not say. */
export function statusIn(info: AmfValue | undefined): { level: string; code: string; description: string } {
  const { level, code, description } = members(info);
  return { level: text(level), code: text(code), description: text(description) };
}

const members = (value: AmfValue | undefined): { [name: string]: AmfValue | undefined } =>
  value && typeof value === "object" && !Array.isArray(value) ? (value as { [name: string]: AmfValue }) : {};
const text = (value: AmfValue | undefined) => (typeof value === "string" ? value.slice(0, 200) : "");
