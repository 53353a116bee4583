// Rules about several renditions of one broadcast (RFC 8216bis §6.2.4), and about a delta update beside the whole playlist.

import type { Check } from "../check.ts";
import {
  allSegments,
  comparePositions,
  type ListedSegment,
  type MediaPlaylist,
  type Position,
} from "../media-playlist.ts";

/** The newest playlist of two renditions, read at about the same time. */
export interface Pair {
  one: MediaPlaylist;
  other: MediaPlaylist;
}

/** A rendition report and what is known of that rendition. */
export interface Reported {
  report: Position;
  /** Where that rendition was before the report was asked for; null: unknown. */
  before: Position | null;
  /** Where it was in a playlist that was asked for after the report had come; null: not read yet. */
  after: Position | null;
}

/** The same playlist as a delta update that was completed, and whole. */
export interface Twice {
  completed: MediaPlaylist;
  whole: MediaPlaylist;
}

/** Frames of two frame rates do not begin at the same ms. */
const DATE_TOLERANCE_MS = 60;

export const pairChecks: Check<Pair>[] = [
  {
    name: "renditions have the same TARGETDURATION",
    section: "6.2.4",
    find: ({ one, other }) =>
      one.targetDurationS === other.targetDurationS ? [] : [`${one.targetDurationS} and ${other.targetDurationS}`],
  },
  {
    name: "a number has the same discontinuity sequence number in all renditions",
    section: "6.2.4",
    find: (pair) =>
      differences(
        pair,
        (a, b) => a.discontinuity === b.discontinuity,
        ({ discontinuity }) => discontinuity,
      ),
  },
  {
    name: "a number has the same date in all renditions",
    section: "6.2.4",
    find: (pair) =>
      differences(
        pair,
        (a, b) =>
          a.gap ||
          b.gap ||
          a.dateMs === null ||
          b.dateMs === null ||
          Math.abs(a.dateMs - b.dateMs) <= DATE_TOLERANCE_MS,
        ({ dateMs }) => dateMs,
      ),
  },
];

export const reportChecks: Check<Reported>[] = [
  {
    name: "a rendition report is as new as its playlist",
    section: "4.4.5.4",
    find: ({ report, before }) =>
      before === null
        ? null
        : comparePositions(report, before) >= 0
          ? []
          : [`${said(report)}, but ${said(before)} was there`],
  },
  {
    name: "a rendition report is true",
    section: "4.4.5.4",
    find: ({ report, after }) =>
      after === null
        ? null
        : comparePositions(report, after) <= 0
          ? []
          : [`${said(report)}, but only ${said(after)} was there`],
  },
];

export const deltaChecks: Check<Twice>[] = [
  {
    name: "a delta update gives the whole playlist exactly",
    section: "6.2.5.1",
    find: ({ completed, whole }) => {
      const known = new Map(allSegments(completed).map((segment) => [segment.number, segment]));
      const shared = whole.segments.filter(({ number }) => known.get(number)?.uri);
      if (shared.length === 0) return null;
      const first = completed.mediaSequence > whole.mediaSequence ? ["it begins later"] : [];
      return [
        ...first,
        ...shared.flatMap((segment) => {
          const [is, was] = [text(segment), text(known.get(segment.number)!)];
          return is === was ? [] : [`segment ${segment.number}: ${was} instead of ${is}`];
        }),
      ];
    },
  },
];

/** Without parts: the two playlists may end at different places. */
const text = ({ uri, durationS, map, gap, dateMs, discontinuity }: ListedSegment) =>
  JSON.stringify({ uri, durationS, map, gap, dateMs, discontinuity });

const said = ({ msn, part }: Position) => `${msn}.${part}`;

function differences(
  { one, other }: Pair,
  isSame: (a: ListedSegment, b: ListedSegment) => boolean,
  show: (segment: ListedSegment) => unknown,
): string[] | null {
  const known = new Map(allSegments(one).map((segment) => [segment.number, segment]));
  const both = allSegments(other).flatMap((b) => {
    const a = known.get(b.number);
    return a ? [{ a, b }] : [];
  });
  if (both.length === 0) return null;
  return both.filter(({ a, b }) => !isSame(a, b)).map(({ a, b }) => `segment ${a.number}: ${show(a)} and ${show(b)}`);
}
