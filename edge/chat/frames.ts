// The server's frames of the chat WebSocket, cut to at most 64 KB. The clients' frames: client-frames.ts.

import type { ServerFrame } from "#schema/api/chat-frames.ts";
import { FRAME_BYTES_MAX } from "#schema/wire/socket.ts";

export const frameText = (frame: ServerFrame) => JSON.stringify(frame);

const ENTRIES_HEAD = '{"type":"entries","entries":[';
const TAIL = "]}";

/** One frame of entries, each given as JSON. */
export const entriesFrame = (texts: string[]) => `${ENTRIES_HEAD}${texts.join(",")}${TAIL}`;

/** A welcome with entries, each given as JSON. */
export function welcomeFrame(welcome: Omit<Extract<ServerFrame, { type: "welcome" }>, "entries">, texts: string[]) {
  return `${JSON.stringify(welcome).slice(0, -1)},"entries":[${texts.join(",")}${TAIL}`;
}

/** The number of these entries that fit into one frame beside `otherBytes`; at least one, which is far smaller than a frame. */
export function fittingCount(texts: string[], otherBytes: number = ENTRIES_HEAD.length + TAIL.length): number {
  let bytes = otherBytes;
  for (let count = 0; count < texts.length; count++) {
    bytes += Buffer.byteLength(texts[count]!) + 1;
    if (bytes > FRAME_BYTES_MAX) return Math.max(1, count);
  }
  return texts.length;
}
