// Playlists of recordings, as whole texts, and by a parser that nobody here wrote.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse, setOptions, type types } from "hls-parser";
import type { SegmentRow } from "#schema/queries/videos/segments.ts";
import { DATE_MS, type MadeSession, segmentRows } from "#schema/queries/videos/testing.ts";
import { Listing } from "./listing.ts";

setOptions({ strictMode: true });

const rowsOf = (sessions: MadeSession[]) => segmentRows("v", "source", sessions) as SegmentRow[];

function listingOf(rows: SegmentRow[], { targetDurationMs = 2_000, rendition = "source", first = firstOf(rows) } = {}) {
  const listing = new Listing({ rendition, targetDurationMs, first });
  for (const row of rows) if (row.number >= first.number) listing.add({ ...row, initHash: row.initHash ?? null });
  return listing;
}
const firstOf = (rows: SegmentRow[]) => rows.find(({ initHash }) => initHash)!;

function parsed(text: string): types.MediaPlaylist {
  const playlist = parse(text);
  if (playlist.isMasterPlaylist) throw new Error("no media playlist");
  return playlist as types.MediaPlaylist;
}

test("a recording of two encoders, with a hole that is marked and one that is not, as a whole text", () => {
  const rows = rowsOf([
    { segments: 2, init: "aa" },
    { segments: 1, gaps: 1, afterMs: 1_500, init: "bb" },
    { segments: 2, skipped: 2, afterMs: 3_000, durationMs: 2_400, discontinuity: false, init: "bb" },
  ]);
  const [, body] = listingOf(rows).text({ isOver: true }).split("#EXT-X-INDEPENDENT-SEGMENTS\n");
  expect(listingOf(rows).text({ isOver: true })).toStartWith(
    "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-SEQUENCE:0\n",
  );
  expect(body).toBe(`#EXT-X-MAP:URI="source/iaa.mp4"
#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:00.000Z
#EXTINF:2.00000,
source/s0-1.m4s
#EXTINF:2.00000,
source/s1-1.m4s
#EXT-X-GAP
#EXTINF:1.50000,
source/s2-2.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="source/ibb.mp4"
#EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:05.500Z
#EXTINF:2.00000,
source/s3-2.m4s
#EXT-X-GAP
#EXTINF:1.50000,
source/s4-3.m4s
#EXT-X-GAP
#EXTINF:1.50000,
source/s5-3.m4s
#EXTINF:2.40000,
source/s6-3.m4s
#EXTINF:2.40000,
source/s7-3.m4s
#EXT-X-ENDLIST
`);
  expect(listingOf(rows).gaps).toBe(3);
  expect(listingOf(rows).timeline.durationMs).toBe(2_000 * 3 + 1_500 * 3 + 2_400 * 2);
});

const session = fc.record({
  segments: fc.integer({ min: 1, max: 6 }),
  durationMs: fc.integer({ min: 1, max: 10_400 }),
  afterMs: fc.integer({ min: 0, max: 60_000 }),
  gaps: fc.integer({ min: 0, max: 3 }),
  skipped: fc.integer({ min: 0, max: 3 }),
  discontinuity: fc.boolean(),
  init: fc.constantFrom("aa", "bb"),
});

test("any recording is read by a strict parser, and says what its rows say", () => {
  fc.assert(
    fc.property(fc.array(session, { minLength: 1, maxLength: 6 }), fc.boolean(), (sessions, isOver) => {
      const rows = rowsOf(sessions);
      const listing = listingOf(rows);
      const playlist = parsed(listing.text({ isOver }));
      expect([playlist.endlist, playlist.playlistType]).toEqual([isOver, isOver ? "VOD" : "EVENT"]);
      for (const { duration } of playlist.segments)
        expect(Math.round(duration)).toBeLessThanOrEqual(playlist.targetDuration);
      const sumMs = playlist.segments.reduce((sum, { duration }) => sum + duration * 1_000, 0);
      expect(Math.abs(sumMs - listing.timeline.durationMs)).toBeLessThan(playlist.segments.length * 0.01 + 1);
      // Every object once, in order; nothing begins or ends with a gap.
      const listed = playlist.segments.filter(({ gap }) => !gap).map(({ uri }) => uri);
      expect(listed).toEqual(
        rows.filter(({ initHash }) => initHash).map(({ number, epoch }) => `source/s${number}-${epoch}.m4s`),
      );
      expect([playlist.segments[0]!.gap ?? false, playlist.segments.at(-1)!.gap ?? false]).toEqual([false, false]);
      // Each picture with the init segment of its row, and with its date.
      let atMs = Number.NaN;
      for (const { uri, map, programDateTime, duration } of playlist.segments) {
        if (programDateTime) atMs = programDateTime.getTime();
        const row = rows.find(({ number }) => number === Number(/s(\d+)-/.exec(uri)![1]));
        if (row?.initHash) {
          expect(map?.uri).toBe(`source/i${row.initHash}.mp4`);
          expect(Math.abs(atMs - row.atMs)).toBeLessThan(2);
        }
        atMs += duration * 1_000;
      }
    }),
  );
});

test("while it grows, what was listed stays as it was", () => {
  fc.assert(
    fc.property(fc.array(session, { minLength: 1, maxLength: 4 }), (sessions) => {
      const rows = rowsOf(sessions);
      const listing = new Listing({ rendition: "source", targetDurationMs: 10_400, first: firstOf(rows) });
      let before = "";
      const head = /^#EXTM3U[\s\S]*?MEDIA-SEQUENCE:\d+\n/;
      for (const row of rows.filter(({ number }) => number >= firstOf(rows).number)) {
        listing.add({ ...row, initHash: row.initHash ?? null });
        const text = listing.text({ isOver: false });
        expect(text.replace(head, "")).toStartWith(before.replace(head, ""));
        before = text;
      }
      // Its end adds no segment, and takes none away.
      const over = parsed(listing.text({ isOver: true })).segments.map(({ uri }) => uri);
      expect(over).toEqual(parsed(before).segments.map(({ uri }) => uri));
    }),
  );
});

test("each rendition begins where the video begins, so that a position is the same in all of them", () => {
  const rows = rowsOf([{ segments: 6 }]);
  const late = listingOf(rows.slice(2), { rendition: "480p", first: rows[0]! });
  const playlist = parsed(late.text({ isOver: true }));
  expect(playlist.segments.map(({ gap, duration }) => [gap ?? false, duration])).toEqual([
    ...[0, 1].map(() => [true, 2]),
    ...[2, 3, 4, 5].map(() => [false, 2]),
  ]);
  expect(late.timeline.mediaMs(DATE_MS + 5_000)).toBe(5_000);
});

test("rows without a length are not listed, and a longer one than promised raises the target duration", () => {
  const [first, second, third] = rowsOf([{ segments: 3 }]) as [SegmentRow, SegmentRow, SegmentRow];
  const rows = [first, { ...second, durationMs: 0 }, { ...third, atMs: second.atMs }];
  expect(parsed(listingOf(rows).text({ isOver: true })).segments).toHaveLength(2);
  const longer = listingOf(rowsOf([{ segments: 1, durationMs: 4_700 }]));
  expect(longer.text({ isOver: true })).toContain("#EXT-X-TARGETDURATION:5\n");
  expect(longer.text({ isOver: true })).toContain("#EXT-X-VERSION:7\n");
});

test("48 hours are listed in a moment", () => {
  const rows = rowsOf([{ segments: 86_400 }]);
  const before = process.cpuUsage();
  const text = listingOf(rows).text({ isOver: true });
  const { user, system } = process.cpuUsage(before);
  // Processor time, since other tests run beside this one.
  expect((user + system) / 1_000).toBeLessThan(1_000 * Number(process.env.TEST_SLOWNESS ?? 1));
  expect(text.length).toBeLessThan(4_000_000);
});
