// Every check is green on a channel that keeps the rules, and red on one that breaks its rule.

import { expect, test } from "bun:test";
import * as HLS from "hls-parser";
import { type Check, Tally } from "../check.ts";
import { applyDelta } from "../delta.ts";
import { comparePositions, type MediaPlaylist, positionOf, readMediaPlaylist } from "../media-playlist.ts";
import { readMultivariantPlaylist } from "../multivariant-playlist.ts";
import { directivesQuery, nextDirectives, partsAfter } from "../player.ts";
import { CHANGE, GAP, MULTIVARIANT, mediaPlaylistAt, partUri, RENDITIONS } from "../testing-channel.ts";
import { lowLatencyChecks } from "./low-latency.ts";
import { multivariantChecks } from "./multivariant.ts";
import { type Reload, reloadChecks } from "./reload.ts";
import { deltaChecks, pairChecks, reportChecks } from "./renditions.ts";
import { type Succession, successionChecks } from "./succession.ts";
import { syntaxChecks } from "./syntax.ts";

HLS.setOptions({ strictMode: true });

const FROM = 3;
const TO = 320;
const read = (at: Parameters<typeof mediaPlaylistAt>[0], change = (text: string) => text) =>
  readMediaPlaylist(change(mediaPlaylistAt(at)));

const singleChecks = [...syntaxChecks, ...lowLatencyChecks];
const allChecks = [
  ...singleChecks,
  ...successionChecks,
  ...reloadChecks,
  ...pairChecks,
  ...reportChecks,
  ...deltaChecks,
  ...multivariantChecks,
] as Check<never>[];

test("every check has a name of its own", () => {
  const names = allChecks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(55);
});

test("a channel that keeps the rules passes every check, and hls-parser", () => {
  const tally = new Tally(allChecks);
  tally.run(multivariantChecks, readMultivariantPlaylist(MULTIVARIANT));
  for (const rendition of RENDITIONS) {
    let before: MediaPlaylist | null = null;
    for (let parts = FROM; parts <= TO; parts++) {
      if (Math.floor((parts - 1) / 10) === GAP) continue; // A gap is listed when it is over.
      const at = { rendition, parts, ended: parts === TO };
      if (parts > 10) HLS.parse(mediaPlaylistAt(at));
      const whole = read(at);
      const update = read({ ...at, skip: true });
      for (const text of [whole, update]) tally.run(singleChecks, text, `${rendition} at ${parts}`);
      const completed: MediaPlaylist = before ? applyDelta(before, update)! : whole;
      tally.run(deltaChecks, { completed, whole });
      if (before) tally.run(successionChecks, { before, now: completed }, `${rendition} at ${parts}`);
      const asked = { ...nextDirectives(before ?? whole), skip: true };
      const answer = { asked, status: 200, contentType: "application/vnd.apple.mpegurl", tookMs: 200 };
      if (before) tally.run(reloadChecks, { ...answer, before, playlist: update });
      const other = read({ rendition: RENDITIONS.find((name) => name !== rendition)!, parts });
      tally.run(pairChecks, { one: whole, other });
      for (const { msn, part } of whole.reports) {
        const was = before && positionOf(before);
        tally.run(reportChecks, { report: { msn, part }, before: was && lastListed(was), after: positionOf(other) });
      }
      before = completed;
    }
    const ended = read({ rendition, parts: TO, ended: true });
    tally.run(successionChecks, { before: ended, now: ended });
  }
  expect(tally.outcomes.filter(({ faults }) => faults > 0)).toEqual([]);
  expect(tally.outcomes.filter(({ applied }) => applied === 0)).toEqual([]);
});

/** The last part of the segment before, when the open segment has none. */
const lastListed = ({ msn, part }: { msn: number; part: number }) =>
  part < 0 ? { msn: msn - 1, part: 9 } : { msn, part };

/** A text that breaks the rule, in a playlist with a gap and a discontinuity. */
const AT = { parts: 165 };
const text = mediaPlaylistAt(AT);
const sub = (from: string | RegExp, to: string) => readMediaPlaylist(text.replace(from, to));
const brokenSingles: Record<string, MediaPlaylist> = {
  "a playlist is UTF-8 without BOM and control characters": readMediaPlaylist(`\uFEFF${text}`),
  "attribute lists and numbers can be read, no attribute twice": sub(
    "PART-TARGET=0.2",
    "PART-TARGET=0.2,PART-TARGET=0.2",
  ),
  "EXTM3U is the first line": readMediaPlaylist(`\n${text}`),
  "tags that stand once stand once": sub("#EXT-X-VERSION:9", "#EXT-X-VERSION:9\n#EXT-X-VERSION:9"),
  "EXT-X-VERSION allows what is used": sub("VERSION:9", "VERSION:5"),
  "no tag of a multivariant playlist in a media playlist": sub(
    "#EXT-X-VERSION",
    "#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-VERSION",
  ),
  "EXT-X-TARGETDURATION is there, an integer": sub("TARGETDURATION:2", "TARGETDURATION:2.5"),
  "EXT-X-MEDIA-SEQUENCE stands before the first segment": readMediaPlaylist(
    `${text.replace(/#EXT-X-MEDIA-SEQUENCE:\d+\n/, "")}#EXT-X-MEDIA-SEQUENCE:1\n`,
  ),
  "EXT-X-DISCONTINUITY-SEQUENCE stands before segments and discontinuities": sub(
    /(#EXT-X-DISCONTINUITY-SEQUENCE:0\n)([\s\S]*#EXT-X-DISCONTINUITY\n)/,
    "$2$1",
  ),
  "every segment has an EXTINF": sub("#EXTINF:2.00000,\n", ""),
  "DISCONTINUITY, MAP and PROGRAM-DATE-TIME stand before the first part of their segment": sub(
    /(#EXT-X-PROGRAM-DATE-TIME[^\n]*\n)(#EXT-X-PART[^\n]*\n)/,
    "$2$1",
  ),
  "dates are ISO 8601 with a time zone and milliseconds": sub(/(PROGRAM-DATE-TIME:[^\n]*)\.000Z/, "$1"),
  "every fMP4 segment has a MAP": readMediaPlaylist(text.replaceAll(/#EXT-X-MAP[^\n]*\n/g, "")),
  "another MAP comes with a DISCONTINUITY": sub("#EXT-X-DISCONTINUITY\n", ""),
  "all parts of a gap are gaps": readMediaPlaylist(mediaPlaylistAt({ parts: GAP * 10 + 15 }).replace(",GAP=YES", "")),
  "EXTINF, rounded, is at most TARGETDURATION": sub("#EXTINF:2.00000", "#EXTINF:2.50000"),
  "a playlist with parts has PART-INF": sub(/#EXT-X-PART-INF[^\n]*\n/, ""),
  "a part is at most PART-TARGET long": sub("DURATION=0.20000", "DURATION=0.20100"),
  "a part is at least 85 % of PART-TARGET long, the last of a segment excepted": sub(
    /DURATION=0.20000(,URI="[^"]*-4.m4s")/,
    "DURATION=0.16900$1",
  ),
  "parts add up to their segment": sub(/DURATION=0.20000(,URI="[^"]*-4.m4s")/, "DURATION=0.18000$1"),
  "PART-HOLD-BACK is there, at least three PART-TARGETs": sub("PART-HOLD-BACK=0.6", "PART-HOLD-BACK=0.5"),
  "HOLD-BACK is at least three TARGETDURATIONs": sub(",HOLD-BACK=6", ",HOLD-BACK=5.9"),
  "CAN-SKIP-UNTIL is at least six TARGETDURATIONs": sub("CAN-SKIP-UNTIL=12", "CAN-SKIP-UNTIL=11"),
  "low latency has blocking reload": sub("CAN-BLOCK-RELOAD=YES,", ""),
  "a live playlist with parts hints its next part, and no resource type twice": sub(
    /#EXT-X-PRELOAD-HINT[^\n]*\n/,
    "$&$&",
  ),
  "what is hinted is not listed yet": sub(
    /(#EXT-X-PRELOAD-HINT:TYPE=PART,URI=")[^"]*/,
    `$1${partUri("source", 16, 0)}`,
  ),
  "an ended playlist hints nothing": readMediaPlaylist(`${text}#EXT-X-ENDLIST\n`),
  "parts are listed within three TARGETDURATIONs of the end, back to a gap": sub(
    /(#EXT-X-PART:[^\n]*\/p15-[^\n]*\n)+/,
    "",
  ),
  "parts are removed beyond three TARGETDURATIONs of the end": sub(
    /(#EXTINF:2.00000,\nb\/source\/s3)/,
    `#EXT-X-PART:DURATION=0.2,URI="old"\n$1`,
  ),
  "a live playlist that dropped segments is at least three TARGETDURATIONs long": sub(
    /#EXT-X-MAP[\s\S]*#EXTINF[^\n]*\n[^\n]*\n/,
    "",
  ),
  "rendition reports name a playlist, a segment and a part": sub(",LAST-MSN=16", ""),
};

const next = mediaPlaylistAt({ parts: 166 });
const pair = (change: (text: string) => string): Succession => ({
  before: readMediaPlaylist(text),
  now: readMediaPlaylist(change(next)),
});
const swap = (from: string | RegExp, to: string) => pair((so) => so.replace(from, to));
const back: Succession = { before: readMediaPlaylist(mediaPlaylistAt({ parts: 175 })), now: readMediaPlaylist(text) };
const brokenSuccessions: Record<string, Succession> = {
  "the media sequence never goes back": back,
  "the discontinuity sequence never goes back": {
    before: read({ parts: (CHANGE + 18) * 10 }),
    now: readMediaPlaylist(mediaPlaylistAt({ parts: (CHANGE + 18) * 10 }).replace("SEQUENCE:1\n", "SEQUENCE:0\n")),
  },
  "the newest segment and part never go back": { before: read({ parts: 166 }), now: read({ parts: 165 }) },
  "TARGETDURATION never changes": swap("TARGETDURATION:2", "TARGETDURATION:3"),
  "PART-TARGET never changes": swap("PART-TARGET=0.2", "PART-TARGET=0.3"),
  "EXT-X-INDEPENDENT-SEGMENTS never comes and goes": swap(
    "#EXT-X-VERSION",
    "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-VERSION",
  ),
  "the URI of a segment never changes": swap("b/source/s9.m4s", "b/source/other.m4s"),
  "the duration of a segment never changes": swap("#EXTINF:2.00000", "#EXTINF:1.90000"),
  "the date of a segment never changes": swap("12:00:18.000Z", "12:00:18.001Z"),
  "the MAP of a segment never changes": swap('source/a.mp4"', 'source/c.mp4"'),
  "the discontinuity sequence number of a segment never changes": swap("#EXT-X-DISCONTINUITY\n", ""),
  "a gap never becomes a segment": swap("#EXT-X-GAP\n", ""),
  "listed parts never change, more are only added behind them": swap(/p15-3/, "p15-x"),
  "a segment is removed only from the front, in order": {
    before: readMediaPlaylist(text),
    now: readMediaPlaylist(
      next.replace(/#EXT-X-PROGRAM-DATE-TIME[^\n]*\n(#EXT-X-PART[^\n]*\n){10}#EXTINF[^\n]*\nb\/source\/s15.m4s\n/, ""),
    ),
  },
  "the preload hint becomes true": swap(/p16-5/, "p16-z"),
  "ENDLIST is final": { before: read({ parts: 165, ended: true }), now: read({ parts: 166 }) },
};

const reload = (change: Partial<Reload>): Reload => ({
  asked: { msn: 16, part: 5 },
  status: 200,
  contentType: "application/vnd.apple.mpegurl",
  tookMs: 150,
  before: readMediaPlaylist(text),
  playlist: readMediaPlaylist(next),
  ...change,
});
const brokenReloads: Record<string, Reload> = {
  "a playlist of a live channel is answered with 200": reload({ status: 503, playlist: null }),
  "a playlist has the media type of playlists": reload({ contentType: "text/plain" }),
  "a blocking reload answers what was asked": reload({ playlist: readMediaPlaylist(text) }),
  "a blocking reload is held for at most three TARGETDURATIONs": reload({ tookMs: 7_500 }),
  "a delta update is made only when asked for and offered": reload({ playlist: read({ parts: 166, skip: true }) }),
  "a delta update skips only what is beyond the skip boundary": reload({
    asked: { msn: 16, part: 5, skip: true },
    playlist: readMediaPlaylist(
      mediaPlaylistAt({ parts: 166, skip: true }).replace(/#EXT-X-PROGRAM[\s\S]*?\nb\/source[^\n]*\n/, ""),
    ),
  }),
};

const other = mediaPlaylistAt({ rendition: "480p", parts: 165 });
const beside = (from: string | RegExp, to: string) => ({
  one: readMediaPlaylist(text),
  other: readMediaPlaylist(other.replace(from, to)),
});
const brokenOthers: Record<string, [readonly Check<never>[], unknown]> = {
  "renditions have the same TARGETDURATION": [pairChecks, beside("TARGETDURATION:2", "TARGETDURATION:3")],
  "a number has the same discontinuity sequence number in all renditions": [
    pairChecks,
    beside("#EXT-X-DISCONTINUITY\n", ""),
  ],
  "a number has the same date in all renditions": [pairChecks, beside("12:00:18.000Z", "12:00:18.100Z")],
  "a rendition report is as new as its playlist": [
    reportChecks,
    { report: { msn: 16, part: 3 }, before: { msn: 16, part: 4 }, after: null },
  ],
  "a rendition report is true": [
    reportChecks,
    { report: { msn: 16, part: 5 }, before: null, after: { msn: 16, part: 4 } },
  ],
  "a delta update gives the whole playlist exactly": [
    deltaChecks,
    { completed: readMediaPlaylist(text.replace("s9.m4s", "s9x.m4s")), whole: readMediaPlaylist(text) },
  ],
};

const variants = (from: string | RegExp, to: string) => readMultivariantPlaylist(MULTIVARIANT.replace(from, to));
const brokenMultivariants: Record<string, unknown> = {
  "a multivariant playlist begins with EXTM3U, lists variants and can be read": variants(
    /#EXT-X-STREAM-INF[^\n]*\n/,
    "",
  ),
  "no tag of a media playlist in a multivariant playlist": variants("#EXT-X-VERSION:9", "#EXTINF:2,"),
  "each variant has BANDWIDTH and CODECS": variants(/BANDWIDTH=3000000/, "BANDWIDTH=0"),
  "AVERAGE-BANDWIDTH is at most BANDWIDTH": variants("AVERAGE-BANDWIDTH=2600000", "AVERAGE-BANDWIDTH=3600000"),
  "a variant with a picture has RESOLUTION and FRAME-RATE": variants(",FRAME-RATE=30.000", ""),
  "no two variants share a URI": variants("480p.m3u8", "source.m3u8"),
};

const cases: [name: string, check: Check<never> | undefined, seen: unknown][] = [];
const table = (checks: readonly unknown[], broken: Record<string, unknown>) => {
  for (const [name, seen] of Object.entries(broken))
    cases.push([name, (checks as Check<never>[]).find((check) => check.name === name), seen]);
};
table(singleChecks, brokenSingles);
table(successionChecks, brokenSuccessions);
table(reloadChecks, brokenReloads);
table(multivariantChecks, brokenMultivariants);
for (const [name, [checks, seen]] of Object.entries(brokenOthers)) table(checks, { [name]: seen });

test("every check has an example that breaks its rule", () => {
  expect(cases.map(([name]) => name).sort()).toEqual(allChecks.map(({ name }) => name).sort());
});

for (const [name, check, seen] of cases)
  test(`red: ${name}`, () => {
    expect(check!.find(seen as never)?.length ?? 0).toBeGreaterThan(0);
  });

test("a tally counts, keeps few examples, and says what never applied", () => {
  const [first, second] = syntaxChecks as [Check<MediaPlaylist>, Check<MediaPlaylist>];
  const tally = new Tally([first, second]);
  for (let n = 0; n < 9; n++) tally.run([first], readMediaPlaylist(`\uFEFF${text}`), `at ${n}`);
  expect(tally.faults).toBe(9);
  expect(tally.lines()).toEqual([
    `FAIL §4.1       ${first.name} (9 faults in 9)`,
    "       at 0: it holds one",
    "       at 1: it holds one",
    "       at 2: it holds one",
    `–    §4.2       ${second.name} (0)`,
  ]);
  expect(() => tally.note({ name: "unknown" }, [])).toThrow();
});

test("a player asks for the next part, and takes up at the newest independent one", () => {
  const playlist = readMediaPlaylist(text);
  expect(directivesQuery({ ...nextDirectives(playlist), skip: true })).toBe("?_HLS_msn=16&_HLS_part=5&_HLS_skip=YES");
  expect(directivesQuery({})).toBe("");
  const uris = (last: string | null) => partsAfter(playlist, last).map(({ uri }) => uri);
  expect(uris(null)).toEqual([0, 1, 2, 3, 4].map((part) => partUri("source", 16, part)));
  expect(uris(partUri("source", 16, 3))).toEqual([partUri("source", 16, 4)]);
  expect(uris("gone")).toEqual(uris(null));
  expect(comparePositions(positionOf(playlist), { msn: 16, part: 4 })).toBe(0);
});

test("a delta update that skips unknown segments cannot be applied", () => {
  const update = read({ parts: 200, skip: true });
  expect(update.skipped).toBeGreaterThan(0);
  expect(applyDelta(read({ parts: 20 }), update)).toBeNull();
  const completed = applyDelta(read({ parts: 199 }), update)!;
  expect(completed.segments.map(({ discontinuity, map }) => `${discontinuity}${map}`)).toEqual(
    read({ parts: 200 }).segments.map(({ discontinuity, map }) => `${discontinuity}${map}`),
  );
});

test("parts may be missing before a gap alone", () => {
  const check = lowLatencyChecks.find(({ name }) => name.endsWith("back to a gap"))!;
  const without = text.replace(/(#EXT-X-PART:[^\n]*\/p15-[^\n]*\n)+/, "");
  expect(check.find(readMediaPlaylist(without))).toHaveLength(1);
  const gapAfter = without.replace(/(#EXT-X-PROGRAM-DATE-TIME[^\n]*\n)(?=#EXT-X-PART:[^\n]*\/p16-)/, "$1#EXT-X-GAP\n");
  expect(gapAfter).not.toBe(without);
  expect(check.find(readMediaPlaylist(gapAfter))).toEqual([]);
});
