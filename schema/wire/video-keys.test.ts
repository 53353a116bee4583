import { expect, test } from "bun:test";
import { videoIdIn } from "./object-prefixes.ts";
import { behindVideo, readVideoKey, uploadKey, videoKey, videoPrefix } from "./video-keys.ts";

const ID = "018f0000-0000-7000-8000-000000000001";
const NEXT = "018f0000-0000-7000-8000-000000000002";

test("what a key says is read from it again", () => {
  const segment = { number: 17, epoch: 3 };
  expect(readVideoKey(ID, videoKey.segment(ID, "source", segment))).toEqual({
    ...{ kind: "segment", rendition: "source" },
    ...segment,
  });
  expect(readVideoKey(ID, videoKey.init(ID, "480p", "ab12"))).toEqual({
    kind: "init",
    rendition: "480p",
    hash: "ab12",
  });
  const clip = videoKey.clipThumbnail(ID, NEXT, 320);
  for (const key of [videoKey.poster(ID), videoKey.thumbnail(ID, 320), videoKey.storyboard(ID, 3), clip])
    expect(readVideoKey(ID, key)).toEqual({ kind: "picture" });
});

test("names of others are not read", () => {
  const names = [
    "file.mp4",
    "poster-0f-320.webp",
    "source/1-2.m4s.part",
    "source/01-2.m4s",
    "a/b/1-2.m4s",
    "SOURCE/1-2.m4s",
  ];
  for (const name of [...names, "source/1-0.m4s", "1-2.m4s", "i.mp4", ""])
    expect(readVideoKey(ID, `${videoPrefix(ID)}${name}`)).toBeNull();
});

test("a key tells the video that it belongs to, and keys of others tell none", () => {
  for (const key of [videoKey.poster(ID), `${videoPrefix(ID)}x`, uploadKey(ID)]) expect(videoIdIn(key)).toBe(ID);
  for (const key of [
    `pictures/${ID}/a-64.webp`,
    "videos/x/poster.jpg",
    `videos/${ID}`,
    videoPrefix(ID),
    `uploads/${ID}/x`,
    `x/${ID}/a`,
  ])
    expect(videoIdIn(key)).toBeNull();
});

test("behind a video come the keys of the next one", () => {
  const last = `${videoPrefix(ID)}zzzz`;
  expect(last < behindVideo(ID)).toBe(true);
  expect(behindVideo(ID) < videoPrefix(NEXT)).toBe(true);
});
