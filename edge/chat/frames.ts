// Frames of the chat WebSocket: checks the clients' frames, and cuts the server's to at most 64 KB.

import { NONCE_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { type ClientFrame, FRAME_BYTES_MAX, type ServerFrame } from "#schema/wire/socket.ts";
import { isViewerName } from "#schema/wire/viewers.ts";

const TOKEN_LENGTH_MAX = 8 * 1024;

/** Null for a malformed frame: binary, too long, not JSON, of unknown type, or with a nonce or token that is not well-formed Unicode (a
 *  body that is not has a code of its own). Unknown fields are ignored. */
export function readClientFrame(data: string | Uint8Array): ClientFrame | null {
  if (typeof data !== "string" || Buffer.byteLength(data) > FRAME_BYTES_MAX) return null;
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof frame !== "object" || frame === null) return null;
  const { type } = frame as { type?: unknown };
  if (type === "hello") return readHello(frame);
  if (type === "say") return readSay(frame);
  return null;
}

function readHello(frame: { token?: unknown; resume?: unknown; viewer?: unknown }): ClientFrame | null {
  const { token, resume, viewer } = frame;
  const hello: ClientFrame = { type: "hello" };
  if (token !== undefined && token !== null) {
    if (typeof token !== "string" || token.length > TOKEN_LENGTH_MAX || !token.isWellFormed()) return null;
    hello.token = token;
  }
  if (resume !== undefined && resume !== null) {
    const { seq } = resume as { seq?: unknown };
    if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return null;
    hello.resume = { seq };
  }
  // A malformed name is none: it is only counted by.
  if (typeof viewer === "string" && isViewerName(viewer)) hello.viewer = viewer;
  return hello;
}

function readSay(frame: { nonce?: unknown; body?: unknown; replyTo?: unknown }): ClientFrame | null {
  const { nonce, body, replyTo } = frame;
  if (typeof nonce !== "string" || nonce === "" || nonce.length > NONCE_LENGTH_MAX) return null;
  if (!nonce.isWellFormed()) return null;
  if (typeof body !== "string") return null;
  if (replyTo === undefined || replyTo === null) return { type: "say", nonce, body };
  return typeof replyTo === "string" && replyTo.isWellFormed() ? { type: "say", nonce, body, replyTo } : null;
}

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

/** Frames of at most 64 KB with these entries. */
export function entriesFrames(texts: string[]): string[] {
  const frames: string[] = [];
  for (let rest = texts; rest.length > 0; ) {
    const count = fittingCount(rest);
    frames.push(entriesFrame(rest.slice(0, count)));
    rest = rest.slice(count);
  }
  return frames;
}
