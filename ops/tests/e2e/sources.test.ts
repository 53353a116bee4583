// Unsupported sources: the streamer is told why, viewers see the channel offline, and other channels of the node are not affected.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { startEncoder } from "../support/encoder/encoder.ts";
import { asEnhancedHevc, asHevc, type FlvTag, flvTags } from "../support/encoder/flv.ts";
import { programme } from "../support/encoder/programme.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let neighbour: Account;
const running: Publisher[] = [];

beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: "none" } });
  neighbour = await register(system.url);
  await publish(neighbour);
  await until("the neighbour to be live", async () => (await getChannel(system.url, neighbour.login)).live, {
    withinMs: 20_000,
  });
});

afterAll(async () => {
  for (const publisher of running) await publisher.kill();
  await system?.stop();
});

async function publish(account: Account, encode?: string[]) {
  const { streamKey: key } = await makeStreamKey(system.url, account);
  const publisher = await startPublisher({ server: system.rtmpUrl, key, ...(encode && { encode }) });
  running.push(publisher);
  return publisher;
}

const health = (account: Account) =>
  call<BroadcastHealth>(`${system.url}/api/v1/channels/${account.login}/broadcast`, { token: account.accessToken });

async function problemOf(account: Account, withinMs = 40_000) {
  const problem = await until("the streamer to be told", async () => (await health(account)).problem, {
    withinMs,
    everyMs: 200,
  });
  expect(problem.detail.length).toBeGreaterThan(40);
  expect(problem.detail).toContain("OBS");
  expect((await getChannel(system.url, account.login)).live).toBeNull();
  expect((await getChannel(system.url, neighbour.login)).live?.phase).toBe("live");
  return problem.code;
}

const words = (text: string) => text.split(" ");
const sound = words("-c:a aac -b:a 96k");

test("another codec", async () => {
  const streamer = await register(system.url);
  const publisher = await publish(streamer, [...words("-c:v flv1 -g 60 -b:v 800k"), ...sound]);
  expect(await problemOf(streamer)).toBe("unsupported_video_codec");
  await publisher.stop();
});

test("HEVC, as labelled before enhanced RTMP and by enhanced RTMP", async () => {
  for (const [change, code] of [
    [asHevc, "unsupported_video_codec"],
    [asEnhancedHevc, "no_video"], // nginx-rtmp does not support it and drops the video.
  ] as const) {
    const streamer = await register(system.url);
    const { streamKey: key } = await makeStreamKey(system.url, streamer);
    const tags = (await testTags()).map(change);
    const encoder = await startEncoder({ server: system.rtmpUrl, key, tags: programme(tags), staying: true });
    expect(await problemOf(streamer)).toBe(code);
    encoder.stop();
  }
});

test("sound only", async () => {
  const streamer = await register(system.url);
  const publisher = await publish(streamer, [...words("-map 1:a"), ...sound]);
  expect(await problemOf(streamer)).toBe("no_video");
  await publisher.stop();
});

test("one keyframe and no other is shown, and the streamer is told", async () => {
  const streamer = await register(system.url);
  const encode = words("-c:v libx264 -preset ultrafast -tune zerolatency -g 9999 -keyint_min 9999 -sc_threshold 0");
  const publisher = await publish(streamer, [...encode, ...sound]);
  const told = await until("the warning", async () => (await health(streamer)).warnings[0], { withinMs: 40_000 });
  expect(told.code).toBe("long_keyframe_interval");
  await until("the picture", async () => (await getChannel(system.url, streamer.login)).live, { withinMs: 20_000 });
  await publisher.stop();
});

test("a picture without sound is shown", async () => {
  const streamer = await register(system.url);
  const publisher = await publish(streamer, words("-map 0:v -c:v libx264 -preset ultrafast -tune zerolatency -g 60"));
  await until("the silent picture", async () => (await getChannel(system.url, streamer.login)).live, {
    withinMs: 20_000,
  });
  expect(await health(streamer)).toMatchObject({ problem: null, audio: null, width: 1280, height: 720 });
  await publisher.stop();
});

/** 30 s of H.264, as tags. */
async function testTags(): Promise<FlvTag[]> {
  const file = join(system.data, "tags.flv");
  const input = "-hide_banner -nostdin -loglevel error -y -f lavfi -i testsrc2=size=320x180:rate=15 -t 30";
  const made = Bun.spawn(["ffmpeg", ...words(input), ...words("-c:v libx264 -preset ultrafast -g 30 -f flv"), file]);
  expect(await made.exited).toBe(0);
  return [...flvTags(await Bun.file(file).bytes())];
}
