// Cuts a stream of RTMP chunks (RTMP 1.0 §5.3) into messages. The bytes may come in pieces of any size.

import { u32 } from "#runtime/fmp4/box.ts";
import { concat, u24, u32Within } from "../../bytes.ts";
import { MESSAGE, RtmpError, type RtmpMessage } from "./message.ts";

/** A larger message is an error: a keyframe of 50 Mbit/s has about 2 MB. */
export const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
/** Servers use about six. */
export const CHUNK_STREAMS_MAX = 32;
export const CHUNK_SIZE_MAX = 1024 * 1024;
/** All messages that have begun and are not whole, together. */
export const OPEN_BYTES_MAX = 16 * 1024 * 1024;

const EMPTY = new Uint8Array(0);
/** Bytes of the message header by chunk format. */
const HEADER_BYTES = [11, 7, 3, 0] as const;
const EXTENDED = 0xffffff;

interface ChunkStream {
  timestamp: number;
  delta: number;
  /** Timestamp or delta as sent last, and whether it was in the extended field. */
  field: number;
  extended: boolean;
  length: number;
  type: number;
  body: Uint8Array;
  got: number;
  /** A message has begun and is not whole. */
  open: boolean;
}

/** Follows "set chunk size" and "abort" by itself; all other messages go to `onMessage`. */
export class ChunkReader {
  #chunkSize = 128;
  readonly #streams = new Map<number, ChunkStream>();
  /** The beginning of a chunk header, 18 bytes at most. */
  #tail = EMPTY;
  #current: ChunkStream | null = null;
  /** Bytes left of the current chunk. */
  #left = 0;
  #openBytes = 0;

  constructor(private readonly onMessage: (message: RtmpMessage) => void) {}

  /** Memory for messages that are not whole. At most OPEN_BYTES_MAX. */
  get heldBytes() {
    return this.#openBytes + this.#tail.length;
  }

  /** Throws RtmpError; the reader cannot be used after that. */
  push(data: Uint8Array) {
    const bytes = this.#tail.length > 0 ? concat(this.#tail, data) : data;
    this.#tail = EMPTY;
    for (let at = 0; ; ) {
      if (this.#current) {
        at += this.#fill(this.#current, bytes, at);
        if (this.#left > 0) return;
        const stream = this.#current;
        this.#current = null;
        if (stream.got === stream.length) this.#deliver(stream);
        continue;
      }
      const headerBytes = this.#readHeader(bytes, at);
      if (headerBytes === 0) {
        this.#tail = concat(bytes.subarray(at)); // A copy: the socket may use its memory again.
        return;
      }
      at += headerBytes;
    }
  }

  #fill(stream: ChunkStream, bytes: Uint8Array, at: number): number {
    const count = Math.min(this.#left, bytes.length - at);
    stream.body.set(bytes.subarray(at, at + count), stream.got);
    stream.got += count;
    this.#left -= count;
    return count;
  }

  /** Length of the chunk header at `begin`; 0: not all of it is here yet. */
  #readHeader(b: Uint8Array, begin: number): number {
    let at = begin;
    if (at >= b.length) return 0;
    const format = (b[at]! >> 6) as 0 | 1 | 2 | 3;
    let id = b[at++]! & 63;
    if (id < 2) {
      const more = id + 1;
      if (at + more > b.length) return 0;
      id = 64 + b[at]! + (more === 2 ? b[at + 1]! * 256 : 0);
      at += more;
    }
    const old = this.#streams.get(id);
    if (!old && format !== 0) throw new RtmpError(`chunk stream ${id} begins with format ${format}`);
    const size = HEADER_BYTES[format];
    if (at + size > b.length) return 0;
    let { field, length, type, extended } = old ?? { field: 0, length: 0, type: 0, extended: false };
    if (format < 3) {
      field = u24(b, at);
      extended = field === EXTENDED;
    }
    if (format < 2) {
      length = u24(b, at + 3);
      type = b[at + 6]!;
    }
    at += size;
    if (extended) {
      const value = u32Within(b, at);
      if (value === null) return 0;
      // A continuation repeats the extended field; some senders leave it out. Its value tells.
      if (format !== 3 || value === old?.field) {
        field = value;
        at += 4;
      }
    }
    this.#begin(this.#streamOf(id), format, { field, extended, length, type });
    return at - begin;
  }

  #streamOf(id: number): ChunkStream {
    const known = this.#streams.get(id);
    if (known) return known;
    if (this.#streams.size >= CHUNK_STREAMS_MAX) throw new RtmpError(`more than ${CHUNK_STREAMS_MAX} chunk streams`);
    const head = { timestamp: 0, delta: 0, field: 0, extended: false, length: 0, type: 0 };
    const stream = { ...head, body: EMPTY, got: 0, open: false };
    this.#streams.set(id, stream);
    return stream;
  }

  #begin(
    stream: ChunkStream,
    format: 0 | 1 | 2 | 3,
    header: Pick<ChunkStream, "field" | "extended" | "length" | "type">,
  ) {
    // A new header in the middle of a message: the old message is lost.
    if (format !== 3) this.#drop(stream);
    if (!stream.open) {
      const { field, length } = header;
      if (length > MESSAGE_BYTES_MAX) throw new RtmpError(`a message of ${length} bytes`);
      if (this.#openBytes + length > OPEN_BYTES_MAX) throw new RtmpError("too many bytes in unfinished messages");
      if (format === 0) {
        stream.timestamp = field;
        stream.delta = 0;
      } else {
        // Format 3 may begin a message too, with the delta before it: after format 0 the same time, as nginx-rtmp has it.
        if (format !== 3) stream.delta = field;
        stream.timestamp = (stream.timestamp + stream.delta) >>> 0; // Going back is a delta near 2^32.
      }
      Object.assign(stream, header, { body: new Uint8Array(length), got: 0, open: true });
      this.#openBytes += length;
    }
    this.#current = stream;
    this.#left = Math.min(this.#chunkSize, stream.length - stream.got);
  }

  #drop(stream: ChunkStream) {
    if (!stream.open) return;
    stream.open = false;
    stream.body = EMPTY;
    this.#openBytes -= stream.length;
  }

  #deliver(stream: ChunkStream) {
    const { type, timestamp, body } = stream;
    this.#drop(stream);
    if (type === MESSAGE.setChunkSize) this.#chunkSize = chunkSizeOf(body);
    else if (type === MESSAGE.abort) {
      const aborted = this.#streams.get(body.length >= 4 ? u32(body, 0) : -1);
      if (aborted) this.#drop(aborted);
    } else this.onMessage({ type, timestamp, body });
  }
}

function chunkSizeOf(body: Uint8Array): number {
  const size = body.length >= 4 ? u32(body, 0) : 0;
  if (size < 1 || size > CHUNK_SIZE_MAX) throw new RtmpError(`a chunk size of ${size} bytes`);
  return size;
}
