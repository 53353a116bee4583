// What the player fetches first.

import { expect, test } from "bun:test";
import { firstMedia, firstVariant, partTargetSeconds } from "./first-requests.ts";

const MULTIVARIANT = `#EXTM3U
#EXT-X-VERSION:10
#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=2700000,BANDWIDTH=3100000,RESOLUTION=1280x720,CODECS="avc1.4d401f,mp4a.40.2"
source.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1400000,RESOLUTION=854x480

480p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=96000
audio.m3u8
`;

test("the best variant within the bandwidth is the first, else the smallest", () => {
  expect(firstVariant(MULTIVARIANT, 4_000_000)).toBe("source.m3u8");
  expect(firstVariant(MULTIVARIANT, 3_000_000)).toBe("480p.m3u8");
  expect(firstVariant(MULTIVARIANT, 10)).toBe("audio.m3u8");
  expect(firstVariant("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=5\n", 10)).toBeNull();
  expect(firstVariant("<html>", 10)).toBeNull();
});

const PLAYLIST = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-PART-INF:PART-TARGET=0.5
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-MAP:URI="source/i0a.mp4"
#EXT-X-PART:DURATION=0.5,URI="source/p7.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="source/p8.m4s"
#EXTINF:1,
source/s7.m4s
#EXT-X-PART:DURATION=0.5,URI="source/p9.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="source/p10.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p11.m4s"
`;

test("from the newest independent part that leaves the buffer, with its init segment, to the end", () => {
  expect(firstMedia(PLAYLIST, 0.9)).toEqual(["source/i0a.mp4", "source/p9.m4s", "source/p10.m4s"]);
  expect(firstMedia(PLAYLIST, 1.1)).toEqual([
    "source/i0a.mp4",
    "source/p7.m4s",
    "source/p8.m4s",
    "source/p9.m4s",
    "source/p10.m4s",
  ]);
  expect(partTargetSeconds(PLAYLIST)).toBe(0.5);
});

test("a new init segment on the way is fetched too", () => {
  const changed = PLAYLIST.replace(
    "source/s7.m4s\n",
    'source/s7.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="source/i0b.mp4"\n',
  );
  expect(firstMedia(changed, 1.1).slice(0, 2)).toEqual(["source/i0a.mp4", "source/i0b.mp4"]);
  expect(firstMedia(changed, 0.9)[0]).toBe("source/i0b.mp4");
});

test("nothing is fetched early where there is too little, a gap, or no part", () => {
  expect(firstMedia(PLAYLIST, 2.1)).toEqual([]);
  expect(firstMedia(PLAYLIST.replace('p10.m4s"', 'p10.m4s",GAP=YES'), 0.9)).toEqual([]);
  expect(firstMedia("#EXTM3U\n#EXTINF:2,\ns1.m4s\n", 1)).toEqual([]);
  expect(partTargetSeconds("#EXTM3U\n#EXTINF:2,\ns1.m4s\n")).toBeNull();
});
