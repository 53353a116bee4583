// What a blocking playlist request waits for, folded by what can come next: whatever strangers ask for, a broadcast has a handful of things to
// wait for.

import { SEGMENTS_AHEAD_MAX } from "#schema/wire/media.ts";
import { contains } from "./playlist.ts";
import type { Version } from "./version.ts";

/** A player asks for the next part. One that has a playlist of another edge may be this many further; a higher part is none that could
 *  come next. */
export const PARTS_AHEAD_MAX = 3;
/** Things to wait for in one rendition: of the open segment and of SEGMENTS_AHEAD_MAX behind it, the end and the next parts. */
export const AWAITED_MAX = (SEGMENTS_AHEAD_MAX + 1) * (PARTS_AHEAD_MAX + 2);

/** A media sequence number, and a part of it; null: the whole segment. */
export interface Position {
  msn: number;
  part: number | null;
}

export type Awaited =
  /** The playlist has it. */
  | { kind: "listed" }
  | ({ kind: "next" } & Position)
  /** A part that cannot come next, unless the playlist is old: the end of its segment stands for it. */
  | ({ kind: "far" } & Position)
  /** A segment that cannot come next, unless the playlist is old. */
  | { kind: "too_far" };

/** Of the position that was asked for, given the newest known version. */
export function awaitedOf({ playlist, headNumber }: Version, { msn, part }: Position): Awaited {
  if (contains(playlist, msn, part)) return { kind: "listed" };
  if (msn > headNumber + SEGMENTS_AHEAD_MAX) return { kind: "too_far" };
  const openNumber = playlist.mediaSequence + playlist.segments.length;
  // Its segment ended before that part: the next one's first (RFC 8216bis §6.2.5.2).
  if (msn < openNumber) return { kind: "next", msn: openNumber, part: 0 };
  const nextPart = msn === openNumber ? playlist.openParts.length : 0;
  if (part === null || part <= nextPart + PARTS_AHEAD_MAX) return { kind: "next", msn, part };
  return { kind: "far", msn, part: null };
}
