// Playlist delta updates (RFC 8216bis §6.2.5.1, §6.3.7): the whole playlist from an update and the playlist before it.

import type { ListedSegment, MediaPlaylist } from "./media-playlist.ts";

/** Null when `before` lacks segments that the update skips: a player must then ask for the whole playlist. */
export function applyDelta(before: MediaPlaylist, update: MediaPlaylist): MediaPlaylist | null {
  if (update.skipped === 0) return update;
  const from = update.mediaSequence;
  const known = new Map(before.segments.map((segment) => [segment.number, segment]));
  const skipped: ListedSegment[] = [];
  for (let number = from; number < from + update.skipped; number++) {
    const segment = known.get(number);
    if (!segment) return null;
    // Parts are listed near the end alone, and a skipped segment is far from it.
    skipped.push({ ...segment, parts: [] });
  }
  // Without a map of its own a segment has that of the one before, which may have been skipped. The same for discontinuities.
  const last = skipped.at(-1);
  let map = last?.map ?? null;
  const crossed = (last?.discontinuity ?? update.discontinuitySequence) - update.discontinuitySequence;
  const completed = (segment: ListedSegment): ListedSegment => {
    map = segment.map ?? map;
    return { ...segment, map, discontinuity: segment.discontinuity + crossed };
  };
  const segments = [...skipped, ...update.segments.map(completed)];
  return { ...update, skipped: 0, segments, open: update.open && completed(update.open) };
}
