// Rewinding a running broadcast: which address of its recording who is sent to.

import { expect, test } from "bun:test";
import type { PlayableVideo } from "#schema/queries/videos/playable.ts";
import { createDvr } from "./dvr.ts";
import { videoVersion } from "./rights.ts";

const ID = "0190f3b0-0000-7000-8000-00000000000b";
const rendition = { name: "source", codecs: [], width: 1, height: 1, fps: 1, bandwidth: 1, averageBandwidth: null };
const running = {
  ...{ id: ID, channelId: "c", kind: "recording", status: "recording", visibility: "public", suspended: false },
  ...{ targetDurationMs: 2_000, title: "", downloads: false, pictures: [], storyboard: null, renditions: [rendition] },
} satisfies PlayableVideo as PlayableVideo;

type Given = { [Field in keyof PlayableVideo]?: PlayableVideo[Field] };

async function addressOf(
  video: Given | null,
  channel: "public" | "followers" | "password" = "public",
  viewer: string | null = null,
) {
  const issued: unknown[] = [];
  const tokens = {
    issue: (given: unknown) => {
      issued.push(given);
      return { text: "TOKEN", expiresAtMs: 0 };
    },
    newSession: () => "new",
  };
  const dvr = createDvr({ findVideo: async () => video && { ...running, ...video }, tokens });
  const right = { session: channel === "public" ? null : "s", mayPreview: false };
  return [await dvr({ channel: { visibility: channel }, broadcastId: ID, right, viewer }), ...issued];
}

test("who may watch a channel that is open has the recording's open address", async () => {
  expect(await addressOf({})).toEqual([`/videos/${ID}/index.m3u8`]);
  expect(await addressOf({}, "public", "v".repeat(16))).toEqual([`/videos/${ID}/index.m3u8?viewer=${"v".repeat(16)}`]);
});

test("the right to a channel that is not open is the right to rewind it, as the same session", async () => {
  const token = (visibility: "followers" | "private") => ({
    channelId: ID,
    grant: "watch",
    version: videoVersion(visibility),
    session: "s",
  });
  expect(await addressOf({ visibility: "followers" }, "followers")).toEqual([
    `/videos/${ID}/~TOKEN/index.m3u8`,
    token("followers"),
  ]);
  expect(await addressOf({ visibility: "private" }, "password")).toEqual([
    `/videos/${ID}/~TOKEN/index.m3u8`,
    token("private"),
  ]);
});

test("a broadcast that is not recorded, whose recording is over, empty or private, cannot be rewound", async () => {
  for (const video of [null, { status: "ready" }, { renditions: [] }, { visibility: "private" }] as (Given | null)[])
    expect(await addressOf(video)).toEqual([null]);
});
