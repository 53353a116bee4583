// Boxes that joined files need besides those that are stored (ISO/IEC 14496-12).

import { boxes, findBox, needBox, u32 } from "#runtime/fmp4/box.ts";
import type { Track } from "#runtime/fmp4/init.ts";

export const u16s = (...words: number[]) => Uint8Array.from(words.flatMap((word) => [(word >> 8) & 255, word & 255]));
export const u32s = (...words: number[]) => words32(words);

/** Of any length: arguments of a call are few. */
export function words32(words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word);
  return new Uint8Array(view.buffer);
}

export function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(pieces);
}

export function box(type: string, ...body: Uint8Array[]): Uint8Array {
  const bytes = concat(...body);
  return concat(u32s(8 + bytes.length), Buffer.from(type, "latin1"), bytes);
}

/** An init segment that says how long all its fragments are (`mehd`, §8.8.2): players show no length without it. */
export function withDuration(init: Uint8Array, durationMs: number): Uint8Array {
  const moov = needBox(init, { start: 0, end: init.length }, ["moov"], { bytes: 8 });
  const mvhd = needBox(init, moov, ["mvhd"], { bytes: 24 });
  const timescale = u32(init, mvhd.start + (init[mvhd.start] === 1 ? 20 : 12));
  const duration = Math.round((durationMs * timescale) / 1_000);
  const mehd = box("mehd", u32s(0x0100_0000, Math.floor(duration / 2 ** 32), duration >>> 0));
  const children = [...boxes(init, moov.start, moov.end)].map(({ type, start, end }) =>
    type === "mvex"
      ? box("mvex", mehd, ...whole(init, { start, end }, (inner) => inner !== "mehd"))
      : raw(init, start, end),
  );
  return concat(init.subarray(0, moov.start - 8), box("moov", ...children), init.subarray(moov.end));
}

function whole(b: Uint8Array, { start, end }: { start: number; end: number }, isWanted: (type: string) => boolean) {
  return [...boxes(b, start, end)].filter(({ type }) => isWanted(type)).map((one) => raw(b, one.start, one.end));
}

/** A box with its header of eight bytes. */
const raw = (b: Uint8Array, start: number, end: number) => b.subarray(start - 8, end);

/** The bytes of a box below another one, with its header; empty: there is none. */
export function rawBox(b: Uint8Array, within: { start: number; end: number }, ...path: string[]): Uint8Array {
  const found = findBox(b, within, ...path);
  return found ? raw(b, found.start, found.end) : new Uint8Array();
}

export interface IndexEntry {
  bytes: number;
  durationMs: number;
  /** Begins with a keyframe. */
  keyed: boolean;
}

const INDEX_TIMESCALE = 90_000;
/** SAP type 1: it begins with a keyframe, and nothing behind that needs what is before. */
const STARTS_WITH_KEYFRAME = 0x9000_0000;

/** `sidx` (§8.16.3) of segments that follow it at once: with it a player seeks without reading all of the file. */
export function segmentIndex(entries: readonly IndexEntry[], tracks: readonly Track[]): Uint8Array {
  const reference = tracks.find(({ kind }) => kind === "video") ?? tracks[0]!;
  const words = [0x0100_0000, reference.id, INDEX_TIMESCALE, 0, 0, 0, 0, entries.length];
  let [atMs, at] = [0, 0];
  for (const { bytes, durationMs, keyed } of entries) {
    atMs += durationMs;
    const next = Math.round((atMs * INDEX_TIMESCALE) / 1_000);
    words.push(bytes, Math.max(0, next - at), keyed ? STARTS_WITH_KEYFRAME : 0);
    at = next;
  }
  return box("sidx", words32(words));
}

/** The bodies of a movie's tracks. */
export const traksIn = (b: Uint8Array, moov: { start: number; end: number }) =>
  [...boxes(b, moov.start, moov.end)].filter(({ type }) => type === "trak");
