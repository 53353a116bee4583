// Rules about two playlists of one rendition, one read after the other (RFC 8216bis §6.2.1: what a server may change).

import type { Check } from "../check.ts";
import {
  allSegments,
  comparePositions,
  type ListedSegment,
  type MediaPlaylist,
  positionOf,
} from "../media-playlist.ts";

export interface Succession {
  before: MediaPlaylist;
  now: MediaPlaylist;
}

export const successionChecks: Check<Succession>[] = [
  {
    name: "the media sequence never goes back",
    section: "6.2.2",
    find: ({ before, now }) => rises(before.mediaSequence, now.mediaSequence),
  },
  {
    name: "the discontinuity sequence never goes back",
    section: "6.2.2",
    find: ({ before, now }) => rises(before.discontinuitySequence, now.discontinuitySequence),
  },
  {
    name: "the newest segment and part never go back",
    section: "6.2.1",
    find: ({ before, now }) => {
      const [was, is] = [positionOf(before), positionOf(now)];
      return comparePositions(is, was) < 0 ? [`${was.msn}.${was.part} → ${is.msn}.${is.part}`] : [];
    },
  },
  {
    name: "TARGETDURATION never changes",
    section: "6.2.1",
    find: ({ before, now }) => same(before.targetDurationS, now.targetDurationS),
  },
  {
    name: "PART-TARGET never changes",
    section: "6.2.1",
    find: ({ before, now }) =>
      before.partTargetS === null || now.partTargetS === null ? null : same(before.partTargetS, now.partTargetS),
  },
  {
    name: "EXT-X-INDEPENDENT-SEGMENTS never comes and goes",
    section: "6.2.1",
    find: ({ before, now }) => same(before.independentSegments, now.independentSegments),
  },
  {
    name: "the URI of a segment never changes",
    section: "6.2.1",
    find: (seen) => changes(seen, ({ uri }) => uri),
  },
  {
    name: "the duration of a segment never changes",
    section: "6.2.1",
    find: (seen) => changes(seen, ({ uri, durationS }) => (uri === null ? null : durationS)),
  },
  {
    name: "the date of a segment never changes",
    section: "6.2.1",
    find: (seen) => changes(seen, ({ dateMs }) => dateMs),
  },
  {
    name: "the MAP of a segment never changes",
    section: "6.2.1",
    // A segment whose bytes were lost becomes a gap, and may then have no map.
    find: (seen) => changes(seen, ({ map, gap }) => (gap ? null : map)),
  },
  {
    // So a removed DISCONTINUITY raises EXT-X-DISCONTINUITY-SEQUENCE, and nothing else does.
    name: "the discontinuity sequence number of a segment never changes",
    section: "6.2.2",
    find: (seen) => changes(seen, ({ discontinuity }) => discontinuity),
  },
  {
    name: "a gap never becomes a segment",
    section: "6.2.1",
    find: (seen) => {
      const both = inBoth(seen).filter(({ was }) => was.gap && was.uri !== null);
      return both.length === 0 ? null : both.filter(({ is }) => !is.gap).map(({ is }) => `segment ${is.number}`);
    },
  },
  {
    name: "listed parts never change, more are only added behind them",
    section: "6.2.1",
    find: (seen) => {
      const both = inBoth(seen).filter(({ was, is }) => was.parts.length > 0 && is.parts.length > 0);
      if (both.length === 0) return null;
      const text = ({ uri, durationS, independent, gap }: ListedSegment["parts"][number]) =>
        gap ? "gap" : `${uri} ${durationS} ${independent}`;
      return both.flatMap(({ was, is }) =>
        was.parts.flatMap((part, index) => {
          const other = is.parts[index];
          if (other && (other.gap || text(other) === text(part))) return [];
          return [`part ${index} of segment ${was.number}: ${text(part)} → ${other ? text(other) : "missing"}`];
        }),
      );
    },
  },
  {
    name: "a segment is removed only from the front, in order",
    section: "6.2.2",
    find: ({ before, now }) => {
      if (now.skipped > 0) return null;
      const numbers = new Set(now.segments.map(({ number }) => number));
      const lost = before.segments.filter(({ number }) => number >= now.mediaSequence && !numbers.has(number));
      return lost.map(({ number }) => `segment ${number}`);
    },
  },
  {
    name: "the preload hint becomes true",
    section: "4.4.5.3",
    find: ({ before, now }) => {
      const hint = before.hints.find(({ type }) => type === "PART");
      if (!hint || now.ended) return null;
      const was = positionOf(before);
      if (comparePositions(positionOf(now), was) <= 0) return null;
      // The hinted part continues its segment, or begins the next one. A reader that was away does not see that place any more.
      const own = allSegments(now).find(({ number }) => number === was.msn);
      const next = allSegments(now).find(({ number }) => number === was.msn + 1);
      const came = own?.parts[was.part + 1] ?? (own && own.parts.length > 0 ? next?.parts[0] : undefined);
      // A hint that was given up for a gap is allowed.
      if (!came || came.gap) return null;
      return came.uri === hint.uri ? [] : [`${hint.uri} was hinted, ${came.uri} came`];
    },
  },
  {
    name: "ENDLIST is final",
    section: "6.2.1",
    find: ({ before, now }) => {
      if (!before.ended) return null;
      const grew = comparePositions(positionOf(now), positionOf(before)) > 0;
      return [...(now.ended ? [] : ["it was taken back"]), ...(grew ? ["segments came behind it"] : [])];
    },
  },
];

const rises = (was: number, is: number) => (is < was ? [`${was} → ${is}`] : []);
const same = (was: unknown, is: unknown) => (was === is ? [] : [`${was} → ${is}`]);

function inBoth({ before, now }: Succession) {
  const known = new Map(allSegments(before).map((segment) => [segment.number, segment]));
  return allSegments(now).flatMap((is) => {
    const was = known.get(is.number);
    return was ? [{ was, is }] : [];
  });
}

/** Null of `pick` means not known, and says nothing. */
function changes(seen: Succession, pick: (segment: ListedSegment) => unknown): string[] | null {
  const both = inBoth(seen);
  if (both.length === 0) return null;
  return both.flatMap(({ was, is }) => {
    const [old, fresh] = [pick(was), pick(is)];
    return old === null || fresh === null || Object.is(old, fresh) ? [] : [`segment ${is.number}: ${old} → ${fresh}`];
  });
}
