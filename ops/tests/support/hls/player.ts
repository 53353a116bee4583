// The part of a low-latency player that decides what to ask next (RFC 8216bis §6.3.7). Pure.

import type { Directives } from "./checks/reload.ts";
import { allSegments, type ListedPart, type MediaPlaylist, positionOf } from "./media-playlist.ts";

/** Directives for the next part. */
export function nextDirectives(playlist: MediaPlaylist): Directives {
  const { msn, part } = positionOf(playlist);
  return { msn, part: part + 1 };
}

export function directivesQuery({ msn, part, skip }: Directives): string {
  const words = [
    ...(msn === undefined ? [] : [`_HLS_msn=${msn}`]),
    ...(part === undefined ? [] : [`_HLS_part=${part}`]),
    ...(skip ? ["_HLS_skip=YES"] : []),
  ];
  return words.length === 0 ? "" : `?${words.join("&")}`;
}

/** Parts behind `last`, the URI of the last part that the player has; the newest independent part and what follows when it has none. */
export function partsAfter(playlist: MediaPlaylist, last: string | null): ListedPart[] {
  const parts = allSegments(playlist).flatMap((segment) => segment.parts.filter(({ gap }) => !gap));
  const at = last === null ? -1 : parts.findIndex(({ uri }) => uri === last);
  if (at >= 0) return parts.slice(at + 1);
  const start = parts.findLastIndex(({ independent }) => independent);
  return start < 0 ? [] : parts.slice(start);
}

export const hintedPart = ({ hints }: MediaPlaylist): string | null =>
  hints.find(({ type }) => type === "PART")?.uri ?? null;
