// For tests: the server's side of RTMP, as bytes.

import { be32, concat } from "../../bytes.ts";
import { type AmfValue, writeAmf } from "./amf.ts";

interface Sent {
  chunkStream?: number;
  type: number;
  timestamp?: number;
  body: Uint8Array;
}

/** A message in chunks of `size` bytes, the first with a full header. */
export function chunked({ chunkStream = 4, type, timestamp = 0, body }: Sent, size = 128): Uint8Array {
  const extended = timestamp >= 0xffffff;
  const field = extended ? 0xffffff : timestamp;
  const more = extended ? be32(timestamp) : new Uint8Array(0);
  const header = Uint8Array.of(chunkStream, field >> 16, (field >> 8) & 255, field & 255);
  const length = Uint8Array.of(body.length >> 16, (body.length >> 8) & 255, body.length & 255, type, 1, 0, 0, 0);
  const pieces = [header, length, more, body.subarray(0, size)];
  for (let at = size; at < body.length; at += size)
    pieces.push(Uint8Array.of(0xc0 | chunkStream), more, body.subarray(at, at + size));
  return concat(...pieces);
}

/** S0 S1 S2. */
export const serverHandshake = () => concat(Uint8Array.of(3), new Uint8Array(2 * 1_536).fill(7));

export const commandMessage = (...values: AmfValue[]) =>
  chunked({ chunkStream: 3, type: 20, body: concat(...values.map(writeAmf)) });

export const status = (code: string, description = "") =>
  commandMessage("onStatus", 0, null, { level: "status", code, description });

/** What a server answers until the stream plays. */
export const playing = () =>
  concat(serverHandshake(), commandMessage("_result", 1, null, {}), commandMessage("_result", 2, null, 1));
