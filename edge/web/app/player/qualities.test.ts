// The quality menu.

import { expect, test } from "bun:test";
import { qualitiesOf } from "./qualities.ts";

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
    { index: 2, label: "1080p60", source: true },
    { index: 1, label: "480p", source: false },
    { index: 0, label: "360p", source: false },
  ]);
});

test("a rendition without a picture size is still listed", () => {
  expect(qualitiesOf([level("/live/a/x.m3u8", 0, 1)])).toEqual([{ index: 0, label: "Video", source: false }]);
});
