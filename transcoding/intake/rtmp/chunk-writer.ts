// A message of ours as RTMP chunks of 128 bytes, the size that we never change.

import { concat } from "../../bytes.ts";

const CHUNK_BYTES = 128;

interface SentMessage {
  chunkStream: number;
  type: number;
  /** Id of the message stream; 0 is the connection itself. */
  stream: number;
  body: Uint8Array;
}

/** `body` may have up to 65 535 bytes. */
export function chunksOf({ chunkStream, type, stream, body }: SentMessage): Uint8Array {
  const header = Uint8Array.of(chunkStream, 0, 0, 0, 0, body.length >> 8, body.length & 255, type, stream, 0, 0, 0);
  const pieces = [header, body.subarray(0, CHUNK_BYTES)];
  for (let at = CHUNK_BYTES; at < body.length; at += CHUNK_BYTES)
    pieces.push(Uint8Array.of(0xc0 | chunkStream), body.subarray(at, at + CHUNK_BYTES));
  return concat(...pieces);
}
