// Rules about the answer to one request for a media playlist: blocking reload and delta updates (RFC 8216bis §6.2.5).

import type { Check } from "../check.ts";
import { comparePositions, type MediaPlaylist, positionOf } from "../media-playlist.ts";

export interface Directives {
  msn?: number;
  part?: number;
  skip?: boolean;
}

export interface Reload {
  asked: Directives;
  status: number;
  contentType: string;
  /** From the request to the end of the answer. */
  tookMs: number;
  /** The playlist before this one, completed; null for the first. */
  before: MediaPlaylist | null;
  /** Null unless the status is 200. */
  playlist: MediaPlaylist | null;
}

const BLOCKED_TARGET_DURATIONS = 3;
/** Of an answer that is held; the network and a busy machine come on top. */
const LATENESS_MS = 1_000;
const PLAYLIST_TYPES = /^(application\/vnd\.apple\.mpegurl|audio\/mpegurl)\b/i;

export const reloadChecks: Check<Reload>[] = [
  {
    name: "a playlist of a live channel is answered with 200",
    section: "6.2.1",
    find: ({ status }) => (status === 200 ? [] : [`HTTP ${status}`]),
  },
  {
    name: "a playlist has the media type of playlists",
    section: "4",
    find: ({ contentType, playlist }) => (playlist ? (PLAYLIST_TYPES.test(contentType) ? [] : [contentType]) : null),
  },
  {
    name: "a blocking reload answers what was asked",
    section: "6.2.5.2",
    find: ({ asked, playlist, before, tookMs }) => {
      if (asked.msn === undefined || !playlist || playlist.ended) return null;
      const { msn, part } = positionOf(playlist);
      const wanted = asked.part ?? 0;
      const there =
        asked.part === undefined
          ? msn > asked.msn
          : comparePositions({ msn, part }, { msn: asked.msn, part: wanted }) >= 0;
      // After the time that a request may be held, the playlist is answered as it is.
      const heldMs = limitMs(before ?? playlist);
      return there || tookMs >= heldMs - LATENESS_MS
        ? []
        : [`${asked.msn}.${asked.part ?? "whole"} was asked, ${msn}.${part} came`];
    },
  },
  {
    name: "a blocking reload is held for at most three TARGETDURATIONs",
    section: "6.2.5.2",
    find: ({ asked, before, tookMs }) => {
      if (asked.msn === undefined || !before) return null;
      const mostMs = limitMs(before) + LATENESS_MS;
      return tookMs > mostMs ? [`it was held for ${Math.round(tookMs)} ms, ${mostMs} at most`] : [];
    },
  },
  {
    name: "a delta update is made only when asked for and offered",
    section: "6.2.5.1",
    find: ({ asked, playlist }) => {
      if (!playlist || playlist.skipped === 0) return null;
      return [
        ...(asked.skip ? [] : ["nobody asked for it"]),
        ...(playlist.control.has("CAN-SKIP-UNTIL") ? [] : ["CAN-SKIP-UNTIL is missing"]),
      ];
    },
  },
  {
    name: "a delta update skips only what is beyond the skip boundary",
    section: "6.2.5.1",
    find: ({ playlist }) => {
      if (!playlist || playlist.skipped === 0) return null;
      const keptS =
        playlist.segments.reduce((sum, { durationS }) => sum + durationS, 0) +
        (playlist.open?.parts.reduce((sum, { durationS }) => sum + durationS, 0) ?? 0);
      const boundaryS = Number(playlist.control.get("CAN-SKIP-UNTIL"));
      return keptS >= boundaryS - 0.01 ? [] : [`${keptS.toFixed(2)} s are left, the boundary is ${boundaryS} s`];
    },
  },
];

const limitMs = ({ targetDurationS }: MediaPlaylist) => BLOCKED_TARGET_DURATIONS * targetDurationS * 1_000;
