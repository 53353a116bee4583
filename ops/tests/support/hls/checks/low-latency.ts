// Rules about durations and about low latency in a single media playlist.

import type { Check } from "../check.ts";
import { allSegments, durationS, type MediaPlaylist, segmentDurationS } from "../media-playlist.ts";

/** Playlists write durations with five digits. */
const ROUNDING_S = 0.000_02;
const PART_MIN_SHARE = 0.85;
const PART_HOLD_BACK_PARTS = 3;
const HOLD_BACK_TARGET_DURATIONS = 3;
const SKIP_TARGET_DURATIONS = 6;
const PARTS_WITHIN_TARGET_DURATIONS = 3;
/** hls-parser's strict mode wants no parts before the last three segments, however short these are. The one that a hint begins counts. */
const SEGMENTS_WITH_PARTS_MAX = 3;
/** A live playlist that starts is shorter (§6.2.2). */
const LIVE_TARGET_DURATIONS = 3;

export const lowLatencyChecks: Check<MediaPlaylist>[] = [
  {
    name: "EXTINF, rounded, is at most TARGETDURATION",
    section: "4.4.3.1",
    find: ({ segments, targetDurationS }) =>
      segments
        .filter(({ durationS: own }) => Math.round(own) > targetDurationS)
        .map(({ number, durationS: own }) => `segment ${number} lasts ${own} s of ${targetDurationS}`),
  },
  {
    name: "a playlist with parts has PART-INF",
    section: "4.4.3.7",
    find: ({ tags, partTargetS }) =>
      tags.includes("EXT-X-PART") ? (partTargetS !== null && partTargetS > 0 ? [] : ["it has none"]) : null,
  },
  {
    name: "a part is at most PART-TARGET long",
    section: "4.4.4.9",
    find: (playlist) => eachPart(playlist, ({ part, target }) => part.durationS > target + ROUNDING_S),
  },
  {
    name: "a part is at least 85 % of PART-TARGET long, the last of a segment excepted",
    section: "4.4.4.9",
    find: (playlist) =>
      eachPart(playlist, ({ part, next, target }) => {
        if (!next || part.gap || next.gap || part.independent) return false;
        return part.durationS < target * PART_MIN_SHARE - ROUNDING_S;
      }),
  },
  {
    name: "parts add up to their segment",
    section: "4.4.4.9",
    find: ({ segments, partTargetS }) => {
      const whole = segments.filter(({ parts, gap }) => parts.length > 0 && !gap);
      if (whole.length === 0 || partTargetS === null) return null;
      return whole.flatMap(({ number, parts, durationS: own }) => {
        const sum = parts.reduce((total, part) => total + part.durationS, 0);
        return Math.abs(sum - own) > ROUNDING_S * (parts.length + 1) + 0.001 * parts.length
          ? [`${sum.toFixed(5)} s of parts in segment ${number} of ${own} s`]
          : [];
      });
    },
  },
  {
    name: "PART-HOLD-BACK is there, at least three PART-TARGETs",
    section: "4.4.3.8",
    find: ({ partTargetS, control }) =>
      partTargetS === null ? null : atLeast(control.get("PART-HOLD-BACK"), PART_HOLD_BACK_PARTS * partTargetS),
  },
  {
    name: "HOLD-BACK is at least three TARGETDURATIONs",
    section: "4.4.3.8",
    find: ({ control, targetDurationS }) =>
      control.has("HOLD-BACK") ? atLeast(control.get("HOLD-BACK"), HOLD_BACK_TARGET_DURATIONS * targetDurationS) : null,
  },
  {
    name: "CAN-SKIP-UNTIL is at least six TARGETDURATIONs",
    section: "4.4.3.8",
    find: ({ control, targetDurationS }) =>
      control.has("CAN-SKIP-UNTIL")
        ? atLeast(control.get("CAN-SKIP-UNTIL"), SKIP_TARGET_DURATIONS * targetDurationS)
        : null,
  },
  {
    name: "low latency has blocking reload",
    section: "B.1",
    find: ({ partTargetS, control }) =>
      partTargetS === null ? null : control.get("CAN-BLOCK-RELOAD") === "YES" ? [] : ["CAN-BLOCK-RELOAD is missing"],
  },
  {
    name: "a live playlist with parts hints its next part, and no resource type twice",
    section: "4.4.5.3",
    find: ({ hints, ended, tags }) => {
      if (ended || !tags.includes("EXT-X-PART")) return null;
      const types = hints.map(({ type }) => type);
      const twice = new Set(types).size < types.length ? ["a type is hinted twice"] : [];
      return types.includes("PART") ? twice : ["no PART is hinted", ...twice];
    },
  },
  {
    name: "what is hinted is not listed yet",
    section: "4.4.5.3",
    find: (playlist) => {
      if (playlist.hints.length === 0) return null;
      const listed = new Set(allSegments(playlist).flatMap(({ parts }) => parts.map(({ uri }) => uri)));
      return playlist.hints.filter(({ uri }) => listed.has(uri)).map(({ uri }) => uri);
    },
  },
  {
    name: "an ended playlist hints nothing",
    section: "4.4.5.3",
    find: ({ ended, hints }) => (ended ? hints.map(({ uri }) => uri) : null),
  },
  {
    // What is before a gap may be a machine's that died, and its parts died with it: whole segments are kept by edges, parts are not.
    name: "parts are listed within three TARGETDURATIONs of the end, back to a gap",
    section: "6.2.2",
    find: (playlist) => {
      const { partTargetS, targetDurationS } = playlist;
      if (partTargetS === null || playlist.ended) return null;
      const newest = fromTheEnd(playlist).slice(
        0,
        playlist.open ? SEGMENTS_WITH_PARTS_MAX : SEGMENTS_WITH_PARTS_MAX - 1,
      );
      const gap = newest.findIndex(({ segment }) => segment.gap);
      return newest
        .slice(0, gap < 0 ? newest.length : gap)
        .filter(
          ({ segment, fromEndS }) =>
            segment.parts.length === 0 && segment.uri !== null && fromEndS < bound(targetDurationS) - 0.01,
        )
        .map(({ segment, fromEndS }) => `segment ${segment.number}, ${fromEndS.toFixed(2)} s from the end, has none`);
    },
  },
  {
    name: "parts are removed beyond three TARGETDURATIONs of the end",
    section: "4.4.4.9",
    find: (playlist) => {
      const { partTargetS, targetDurationS } = playlist;
      if (partTargetS === null || playlist.ended) return null;
      return fromTheEnd(playlist)
        .filter(({ segment, fromEndS }) => {
          const ownS = segmentDurationS(segment);
          return segment.parts.length > 0 && fromEndS - ownS > bound(targetDurationS);
        })
        .map(({ segment }) => `segment ${segment.number} has ${segment.parts.length}`);
    },
  },
  {
    name: "a live playlist that dropped segments is at least three TARGETDURATIONs long",
    section: "6.2.2",
    find: (playlist) => {
      if (playlist.ended || playlist.mediaSequence === 0 || playlist.skipped > 0) return null;
      const lengthS = durationS(playlist);
      return lengthS < LIVE_TARGET_DURATIONS * playlist.targetDurationS ? [`it lasts ${lengthS.toFixed(2)} s`] : [];
    },
  },
  {
    name: "rendition reports name a playlist, a segment and a part",
    section: "4.4.5.4",
    find: ({ reports }) =>
      reports.length === 0
        ? null
        : reports
            .filter(({ uri, msn, part }) => uri === "" || /^[a-z]+:/i.test(uri) || Number.isNaN(msn + part))
            .map(({ uri }) => uri),
  },
];

const bound = (targetDurationS: number) => PARTS_WITHIN_TARGET_DURATIONS * targetDurationS;

function eachPart(
  playlist: MediaPlaylist,
  isWrong: (at: {
    part: MediaPlaylist["segments"][number]["parts"][number];
    next: MediaPlaylist["segments"][number]["parts"][number] | undefined;
    target: number;
  }) => boolean,
): string[] | null {
  const target = playlist.partTargetS;
  const listed = allSegments(playlist).flatMap(({ number, parts }) =>
    parts.map((part, index) => ({ number, index, part, next: parts[index + 1] })),
  );
  if (target === null || listed.length === 0) return null;
  return listed
    .filter(({ part, next }) => isWrong({ part, next, target }))
    .map(({ number, index, part }) => `part ${index} of segment ${number}: ${part.durationS} s of ${target}`);
}

function atLeast(value: string | undefined, least: number): string[] {
  if (value === undefined) return ["it is missing"];
  return Number(value) >= least - ROUNDING_S ? [] : [`it is ${value} s, and must be ${least.toFixed(3)} s`];
}

/** Each segment with the time from its begin to the end of the playlist. */
function fromTheEnd(playlist: MediaPlaylist) {
  const segments = allSegments(playlist);
  let fromEndS = 0;
  return segments.toReversed().map((segment) => {
    fromEndS += segmentDurationS(segment);
    return { segment, fromEndS };
  });
}
