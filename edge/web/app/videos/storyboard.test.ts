// The small pictures of a video.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { pictureAt, smallPictures } from "./storyboard.ts";

const BASE = "https://live.example.org/videos/1/~token/storyboard.vtt";
const TEXT = `WEBVTT

00:00:00.000 --> 00:00:10.000
storyboard-0.jpg#xywh=0,0,160,90

00:00:10.000 --> 01:00:00.500
storyboard-1.jpg#xywh=160,90,160,90
`;

test("each cue is a picture in its sheet, beside the text", () => {
  expect(smallPictures(TEXT, BASE)).toEqual([
    {
      ...{ startMs: 0, endMs: 10_000, x: 0, y: 0, width: 160, height: 90 },
      url: "https://live.example.org/videos/1/~token/storyboard-0.jpg",
    },
    {
      ...{ startMs: 10_000, endMs: 3_600_500, x: 160, y: 90, width: 160, height: 90 },
      url: "https://live.example.org/videos/1/~token/storyboard-1.jpg",
    },
  ]);
});

test("a moment has the picture of its cue, and none before the first and after the last", () => {
  const pictures = smallPictures(TEXT, BASE);
  const sheet = (ms: number) => pictureAt(pictures, ms)?.url.slice(-5, -4) ?? null;
  expect([-1, 0, 9_999, 10_000, 3_600_499, 3_600_500].map(sheet)).toEqual([null, "0", "0", "1", "1", null]);
  expect(pictureAt([], 0)).toBeNull();
});

test("any other text has no pictures, and does not throw", () => {
  fc.assert(fc.property(fc.string(), (text) => smallPictures(text, BASE).length === 0));
});
