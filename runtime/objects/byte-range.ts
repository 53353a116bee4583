// The part of an object that a range covers (RFC 9110 §14.1.2).

import { type ByteRange, ObjectsRefused } from "./objects.ts";

/** First byte, and the byte behind the last. Throws ObjectsRefused with code InvalidRange for a range behind the end. */
export function sliceOf(range: ByteRange | undefined, bytes: number): { start: number; end: number } {
  if (!range) return { start: 0, end: bytes };
  const end = Math.min(range.to + 1, bytes);
  if (range.from < 0 || range.from >= end)
    throw new ObjectsRefused("InvalidRange", `bytes ${range.from} to ${range.to} of ${bytes}`);
  return { start: range.from, end };
}
