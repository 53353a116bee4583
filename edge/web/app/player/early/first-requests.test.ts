// What the player fetches first.

import { expect, test } from "bun:test";
import { firstMedia, firstVariant, nextInPlaylist, partsAfter, partTargetSeconds } from "./first-requests.ts";

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
  const codecs = "avc1.4d401f,mp4a.40.2";
  expect(firstVariant(MULTIVARIANT, 4_000_000)).toMatchObject({ uri: "source.m3u8", codecs });
  expect(firstVariant(MULTIVARIANT, 3_000_000)).toMatchObject({ uri: "480p.m3u8", codecs: null });
  expect(firstVariant(MULTIVARIANT, 10)).toMatchObject({ uri: "audio.m3u8" });
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

const files = (...names: string[]) => names.map((name) => `source/${name}`);

test("from the newest independent part that leaves the buffer, with its init segment, to the end", () => {
  expect(firstMedia(PLAYLIST, 0.9)).toEqual({
    maps: files("i0a.mp4"),
    parts: files("p9.m4s", "p10.m4s"),
    ...{ beginsSeconds: 1, endsSeconds: 2 },
  });
  expect(firstMedia(PLAYLIST, 1)?.beginsSeconds).toBe(1);
  expect(firstMedia(PLAYLIST, 1.1)).toEqual({
    maps: files("i0a.mp4"),
    parts: files("p7.m4s", "p8.m4s", "p9.m4s", "p10.m4s"),
    ...{ beginsSeconds: 0, endsSeconds: 2 },
  });
  expect(partTargetSeconds(PLAYLIST)).toBe(0.5);
});

test("positions count segments whose parts are not listed any more", () => {
  const later = PLAYLIST.replace('#EXT-X-PART:DURATION=0.5,URI="source/p7', "#EXTINF:2.5,\nsource/s6.m4s\n$&");
  expect(firstMedia(later, 0.9)).toMatchObject({ beginsSeconds: 3.5, endsSeconds: 4.5 });
});

test("a new init segment on the way is fetched too", () => {
  const changed = PLAYLIST.replace(
    "source/s7.m4s\n",
    'source/s7.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="source/i0b.mp4"\n',
  );
  expect(firstMedia(changed, 1.1)?.maps).toEqual(files("i0a.mp4", "i0b.mp4"));
  expect(firstMedia(changed, 0.9)?.maps).toEqual(files("i0b.mp4"));
  expect(partsAfter(changed, "source/p8.m4s")).toBeNull();
});

test("nothing is fetched early where there is too little, a gap, or no part", () => {
  expect(firstMedia(PLAYLIST, 2.1)).toBeNull();
  expect(firstMedia(PLAYLIST.replace('p10.m4s"', 'p10.m4s",GAP=YES'), 0.9)).toBeNull();
  expect(firstMedia("#EXTM3U\n#EXTINF:2,\ns1.m4s\n", 1)).toBeNull();
  expect(partTargetSeconds("#EXTM3U\n#EXTINF:2,\ns1.m4s\n")).toBeNull();
});

test("the parts behind a known one are those that go on from it", () => {
  expect(partsAfter(PLAYLIST, "source/p8.m4s")).toEqual(files("p9.m4s", "p10.m4s"));
  expect(partsAfter(PLAYLIST, "source/p10.m4s")).toEqual([]);
  expect(partsAfter(PLAYLIST, "source/p1.m4s")).toBeNull();
  expect(partsAfter(PLAYLIST.replace('p10.m4s"', 'p10.m4s",GAP=YES'), "source/p9.m4s")).toBeNull();
});

test("a blocking reload asks for what comes next", () => {
  const blocking = PLAYLIST.replace("#EXT-X-PART-INF", "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n#EXT-X-PART-INF");
  expect(nextInPlaylist(blocking)).toEqual({ msn: 8, part: 2 });
  expect(nextInPlaylist(`${blocking}#EXTINF:1,\nsource/s8.m4s\n`)).toEqual({ msn: 9, part: 0 });
  expect(nextInPlaylist(`${blocking}#EXT-X-ENDLIST\n`)).toBeNull();
  expect(nextInPlaylist(PLAYLIST)).toBeNull();
});
