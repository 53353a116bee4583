// A message of ours as RTMP chunks (RTMP 1.0 §5.3), each message with a full header.

import { be32, concat } from "../../bytes.ts";

/** Until a connection says otherwise. */
const CHUNK_BYTES = 128;
const EXTENDED = 0xffffff;

interface SentMessage {
  /** Below 64. */
  chunkStream: number;
  type: number;
  /** Id of the message stream; 0 is the connection itself. Below 256. */
  stream: number;
  /** Milliseconds; modulo 2^32. Default 0. */
  timestamp?: number;
  body: Uint8Array;
}

/** `body` may have up to 16 777 215 bytes. */
export function chunksOf(message: SentMessage, chunkBytes = CHUNK_BYTES): Uint8Array {
  const { chunkStream, type, stream, body } = message;
  const timestamp = (message.timestamp ?? 0) >>> 0;
  const extended = timestamp >= EXTENDED ? be32(timestamp) : new Uint8Array(0);
  const field = Math.min(timestamp, EXTENDED);
  const header = Uint8Array.of(
    ...[chunkStream, field >> 16, (field >> 8) & 255, field & 255],
    ...[body.length >> 16, (body.length >> 8) & 255, body.length & 255],
    ...[type, stream, 0, 0, 0],
  );
  const pieces = [header, extended, body.subarray(0, chunkBytes)];
  for (let at = chunkBytes; at < body.length; at += chunkBytes)
    pieces.push(Uint8Array.of(0xc0 | chunkStream), extended, body.subarray(at, at + chunkBytes));
  return concat(...pieces);
}
