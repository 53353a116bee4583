// Bytes as RTMP and FLV write them: big-endian numbers, and several pieces in one.

import { u32 } from "#runtime/fmp4/box.ts";

export const u24 = (b: Uint8Array, at: number) => (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!;
/** Signed 24 bits. */
export const i24 = (b: Uint8Array, at: number) => (u24(b, at) << 8) >> 8;
export const be32 = (n: number) => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
/** The timestamp of an FLV tag: 24 low bits, then the 8 high ones. */
export const flvTimestamp = (b: Uint8Array, at: number) => ((b[at + 3]! << 24) | u24(b, at)) >>> 0;

export function concat(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The number at `at`, or null when the bytes end before it does. */
export const u32Within = (b: Uint8Array, at: number) => (at + 4 <= b.length ? u32(b, at) : null);
