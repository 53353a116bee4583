import { expect, test } from "bun:test";
import { setOptions, parse as strictParse } from "hls-parser";
import { contains, deltaOf, headNumber, markGaps, parsePlaylist, renderPlaylist } from "./playlist.ts";

setOptions({ strictMode: true });

const B = "0190f3b0-0000-7000-8000-00000000000b";
const HEADER = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3.0,CAN-SKIP-UNTIL=12.0
#EXT-X-PART-INF:PART-TARGET=1.0
#EXT-X-MEDIA-SEQUENCE:40
`;
const TAIL = `#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:20.000Z
#EXT-X-PART:DURATION=1.00000,URI="source/p1-1-40.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p1-1-41.m4s"
`;
const plain = (n: number) => `#EXTINF:2.00000,\n${B}/source/s${n}.m4s\n`;
const TEXT = `${HEADER}#EXT-X-MAP:URI="source/iaa.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.000Z
${[40, 41, 42, 43, 44, 45, 46, 47].map(plain).join("")}#EXT-X-PART:DURATION=1.00000,URI="source/p1-1-36.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=1.00000,URI="source/p1-1-37.m4s"
${plain(48)}#EXT-X-PART:DURATION=1.00000,URI="source/p1-1-38.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=1.00000,URI="source/p1-1-39.m4s"
${plain(49)}${TAIL}`;

const playlist = parsePlaylist(TEXT)!;

test("a parsed and rendered playlist is the same text", () => {
  expect(renderPlaylist(playlist)).toBe(TEXT);
  expect(playlist.segments.map((s) => s.number)).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
  expect(playlist.segments.at(-1)!.parts).toEqual([
    { uri: "source/p1-1-38.m4s", durationS: 1 },
    { uri: "source/p1-1-39.m4s", durationS: 1 },
  ]);
  expect(headNumber(playlist)).toBe(50);
  expect(headNumber(parsePlaylist(TEXT.replace(TAIL, "#EXT-X-ENDLIST\n"))!)).toBe(49);
});

test("text that is no media playlist is null", () => {
  expect(parsePlaylist("<html>")).toBeNull();
  expect(parsePlaylist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n")).toBeNull();
});

test("a blocking request is answered by the first playlist that has its part", () => {
  expect(contains(playlist, 49, null)).toBe(true);
  expect(contains(playlist, 50, null)).toBe(false);
  expect(contains(playlist, 50, 0)).toBe(true);
  expect(contains(playlist, 50, 1)).toBe(false);
  expect(contains(playlist, 51, 0)).toBe(false);
  expect(contains(playlist, 12, 99)).toBe(true);
  const closed = parsePlaylist(TEXT.replace(TAIL, '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p1-1-40.m4s"\n'))!;
  expect(contains(closed, 49, 1)).toBe(true);
  expect(contains(closed, 49, 2)).toBe(false); // Past the end of 49: means 50's first.
  expect(contains(playlist, 49, 2)).toBe(true);
});

test("segments without bytes are gaps and lose their parts", () => {
  const text = renderPlaylist(markGaps(playlist, (s) => s.number === 40 || s.number === 48));
  expect(text).toBe(
    TEXT.replace(`${B}/source/s40.m4s`, `#EXT-X-GAP\n${B}/source/s40.m4s`)
      .replace(/#EXT-X-PART:.*p1-1-3[67].*\n/g, "")
      .replace(`${B}/source/s48.m4s`, `#EXT-X-GAP\n${B}/source/s48.m4s`),
  );
  expect(() => strictParse(text)).not.toThrow();
});

test("a segment that is a gap already stays the same", () => {
  const once = renderPlaylist(markGaps(playlist, (s) => s.number < 43));
  expect(renderPlaylist(markGaps(parsePlaylist(once)!, (s) => s.number < 43))).toBe(once);
});

test("a delta update skips segments older than the skip boundary and lists the init segment again", () => {
  const text = renderPlaylist(deltaOf(playlist)!);
  expect(text).toBe(
    TEXT.replace(/#EXT-X-MAP[\s\S]*s43.m4s\n/, '#EXT-X-SKIP:SKIPPED-SEGMENTS=4\n#EXT-X-MAP:URI="source/iaa.mp4"\n'),
  );
  expect(() => strictParse(text)).not.toThrow();
});

test("no delta where there is nothing to skip, a gap would be skipped, or the broadcast is over", () => {
  expect(deltaOf(parsePlaylist(TEXT.replace("UNTIL=12.0", "UNTIL=60.0"))!)).toBeNull();
  expect(deltaOf(markGaps(playlist, (s) => s.number === 41))).toBeNull();
  expect(deltaOf(parsePlaylist(TEXT.replace(TAIL, "#EXT-X-ENDLIST\n"))!)).toBeNull();
  expect(deltaOf(parsePlaylist(TEXT.replace(",CAN-SKIP-UNTIL=12.0", ""))!)).toBeNull();
});
