// The segments of a shelf as the recorder takes them: whole, with their bytes and their init segment.

import type { Segment, Shelf } from "./shelf.ts";

/** A segment as it was served live. */
export interface MadeSegment {
  rendition: string;
  number: number;
  /** Wall time of the first picture. */
  atMs: number;
  durationMs: number;
  discontinuity: boolean;
  /** Begins with a keyframe. */
  keyed: boolean;
  /** Null: this rendition has no media for this number, or its bytes are gone. */
  media: { init: { hash: string; bytes: Uint8Array }; chunks: Uint8Array[]; bytes: number } | null;
}

export function madeAfter(shelf: Shelf, rendition: string, number: number): MadeSegment[] {
  return shelf
    .closedAfter(number)
    .filter(isOwn)
    .map((segment) => {
      const { slot, atMs, durationMs } = segment;
      const { discontinuity, keyed } = slot;
      return { rendition, number: slot.number, atMs, durationMs, discontinuity, keyed, media: mediaOf(shelf, segment) };
    });
}

/** Segments of a former owner have an init segment and were never held. */
const isOwn = ({ initHash, parts }: Segment) => initHash === null || parts.length > 0;

function mediaOf(shelf: Shelf, { initHash, held, parts, bytes }: Segment): MadeSegment["media"] {
  const init = initHash === null ? undefined : shelf.inits.get(initHash);
  if (initHash === null || !init || !held) return null;
  return { init: { hash: initHash, bytes: init }, chunks: parts.flatMap(({ chunks }) => chunks), bytes };
}
