// Rules about a single media playlist's tags: which must be there, how often, and in which order.

import type { Check } from "../check.ts";
import { allSegments, type MediaPlaylist } from "../media-playlist.ts";

/** Tags that must not appear twice in a playlist. */
const ONCE = [
  "EXTM3U",
  "EXT-X-VERSION",
  "EXT-X-TARGETDURATION",
  "EXT-X-MEDIA-SEQUENCE",
  "EXT-X-DISCONTINUITY-SEQUENCE",
  "EXT-X-INDEPENDENT-SEGMENTS",
  "EXT-X-SERVER-CONTROL",
  "EXT-X-PART-INF",
  "EXT-X-PLAYLIST-TYPE",
  "EXT-X-SKIP",
  "EXT-X-ENDLIST",
];
/** Versions that tags require (§8). */
const NEEDS_VERSION: [tag: string, version: number][] = [
  ["EXT-X-MAP", 6],
  ["EXT-X-SKIP", 9],
];
const MULTIVARIANT = /^EXT-X-(STREAM-INF|I-FRAME-STREAM-INF|MEDIA|SESSION-DATA|SESSION-KEY|CONTENT-STEERING)$/;

export const syntaxChecks: Check<MediaPlaylist>[] = [
  {
    name: "a playlist is UTF-8 without BOM and control characters",
    section: "4.1",
    find: ({ text }) => (/\uFEFF|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(text) ? ["it holds one"] : []),
  },
  {
    name: "attribute lists and numbers can be read, no attribute twice",
    section: "4.2",
    find: ({ unreadable }) => unreadable,
  },
  {
    name: "EXTM3U is the first line",
    section: "4.4.1.1",
    find: ({ text }) => (/^#EXTM3U\r?\n/.test(text) ? [] : [text.slice(0, 40)]),
  },
  {
    name: "tags that stand once stand once",
    section: "4.4",
    find: ({ tags }) =>
      ONCE.filter((name) => tags.filter((tag) => tag === name).length > 1).map((name) => `${name} is repeated`),
  },
  {
    name: "EXT-X-VERSION allows what is used",
    section: "8",
    find: ({ tags, version }) =>
      NEEDS_VERSION.filter(([tag, least]) => tags.includes(tag) && version < least).map(
        ([tag, least]) => `${tag} needs version ${least}, not ${version}`,
      ),
  },
  {
    name: "no tag of a multivariant playlist in a media playlist",
    section: "4.4.6",
    find: ({ tags }) => tags.filter((tag) => MULTIVARIANT.test(tag)),
  },
  {
    name: "EXT-X-TARGETDURATION is there, an integer",
    section: "4.4.3.1",
    find: ({ targetDurationS }) => (Number.isInteger(targetDurationS) ? [] : [`it is ${targetDurationS}`]),
  },
  {
    name: "EXT-X-MEDIA-SEQUENCE stands before the first segment",
    section: "4.4.3.2",
    find: ({ tags }) => before(tags, "EXT-X-MEDIA-SEQUENCE", ["", "EXTINF", "EXT-X-PART"]),
  },
  {
    name: "EXT-X-DISCONTINUITY-SEQUENCE stands before segments and discontinuities",
    section: "4.4.3.3",
    find: ({ tags }) =>
      before(tags, "EXT-X-DISCONTINUITY-SEQUENCE", ["", "EXTINF", "EXT-X-PART", "EXT-X-DISCONTINUITY"]),
  },
  {
    name: "every segment has an EXTINF",
    section: "4.4.4.1",
    find: ({ segments }) =>
      segments.filter(({ durationS }) => !(durationS >= 0)).map(({ number }) => `segment ${number} has none`),
  },
  {
    name: "DISCONTINUITY, MAP and PROGRAM-DATE-TIME stand before the first part of their segment",
    section: "4.4.4.9",
    find: ({ tags }) => {
      if (!tags.includes("EXT-X-PART")) return null;
      const late: string[] = [];
      let parts = false;
      for (const tag of tags)
        if (tag === "") parts = false;
        else if (tag === "EXT-X-PART") parts = true;
        else if (parts && /^EXT-X-(DISCONTINUITY|MAP|PROGRAM-DATE-TIME|KEY)$/.test(tag))
          late.push(`${tag} after a part`);
      return late;
    },
  },
  {
    name: "dates are ISO 8601 with a time zone and milliseconds",
    section: "4.4.4.6",
    find: ({ text }) => {
      const dates = [...text.matchAll(/^#EXT-X-PROGRAM-DATE-TIME:(.*)$/gm)].map(([, date = ""]) => date);
      return dates.length === 0
        ? null
        : dates.filter((date) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}(Z|[+-]\d\d:?\d\d)$/.test(date.trim()));
    },
  },
  {
    name: "every fMP4 segment has a MAP",
    section: "3.1.2",
    find: (playlist) => {
      // A delta update may leave the map to the playlist before.
      if (playlist.skipped > 0) return null;
      return allSegments(playlist)
        .filter(({ map, gap, parts }) => map === null && !gap && !parts.every((part) => part.gap))
        .map(({ number }) => `segment ${number} has none`);
    },
  },
  {
    name: "another MAP comes with a DISCONTINUITY",
    section: "4.4.4.3",
    find: (playlist) => {
      // A gap may have no map of its own.
      const known = allSegments(playlist).filter(({ map, gap }) => map !== null && !gap);
      const changes = known.flatMap((segment, index) => {
        const before = known[index - 1];
        return before && before.map !== segment.map ? [{ segment, before }] : [];
      });
      return changes.length === 0
        ? null
        : changes
            .filter(({ segment, before }) => segment.discontinuity === before.discontinuity)
            .map(({ segment }) => `segment ${segment.number}`);
    },
  },
  {
    name: "all parts of a gap are gaps",
    section: "6.2.1",
    find: (playlist) => {
      const gaps = allSegments(playlist).filter(({ gap }) => gap);
      return gaps.length === 0
        ? null
        : gaps.filter(({ parts }) => parts.some((part) => !part.gap)).map(({ number }) => `segment ${number}`);
    },
  },
];

function before(tags: string[], name: string, later: string[]): string[] | null {
  const at = tags.indexOf(name);
  if (at < 0) return null;
  const first = tags.findIndex((tag) => later.includes(tag));
  return first >= 0 && first < at ? [`${tags[first] || "a URI"} comes first`] : [];
}
