// The quality menu.

import { expect, test } from "bun:test";
import { gigabytesAnHour, qualitiesOf, renditionAt } from "./qualities.ts";

const level = (uri: string, height: number, bitrate: number, frameRate = 30) => ({
  uri,
  height,
  bitrate,
  frameRate,
  name: undefined,
});

test("the source is first and marked, the others follow by height; indices are those of hls.js", () => {
  expect(
    qualitiesOf([
      level("/live/a/360p.m3u8", 360, 700_000),
      level("/live/a/480p.m3u8", 480, 1_200_000),
      level("/live/a/source.m3u8", 1080, 6_000_000, 60),
    ]),
  ).toEqual([
    { index: 2, rendition: "source", label: "1080p60", source: true, bitsPerSecond: 6_000_000 },
    { index: 1, rendition: "480p", label: "480p", source: false, bitsPerSecond: 1_200_000 },
    { index: 0, rendition: "360p", label: "360p", source: false, bitsPerSecond: 700_000 },
  ]);
});

test("a rendition without a picture size is still listed", () => {
  expect(qualitiesOf([level("/live/a/x.m3u8", 0, 1)])).toEqual([
    { index: 0, rendition: "x", label: "Video", source: false, bitsPerSecond: 1 },
  ]);
});

test("a rendition is known by the address of its playlist, with a token and a query too", () => {
  expect(renditionAt("/live/a/~t.o.k/480p.m3u8?viewer=x")).toBe("480p");
  expect(renditionAt("/live/a/480p.m4s")).toBeNull();
});

test("what an hour takes is told in gigabytes", () => {
  expect([2_500_000, 6_000_000, 700_000].map(gigabytesAnHour)).toEqual(["1.1", "2.7", "0.3"]);
});
