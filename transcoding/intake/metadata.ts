// What a data message says of an encoder. The encoder's word: nothing of the media depends on it.

import { readAmf } from "./rtmp/amf.ts";
import { RtmpError } from "./rtmp/message.ts";

/** The encoder's name from onMetaData, null when it gives none; undefined for another message, and for one that cannot be read. */
export function encoderOf(body: Uint8Array): string | null | undefined {
  try {
    const values = readAmf(body);
    if (!values.includes("onMetaData")) return undefined;
    for (const value of values) {
      if (value === null || typeof value !== "object" || value instanceof Date || Array.isArray(value)) continue;
      const { encoder } = value as { encoder?: unknown };
      if (typeof encoder === "string") return encoder;
    }
    return null;
  } catch (error) {
    if (error instanceof RtmpError) return undefined;
    throw error;
  }
}
