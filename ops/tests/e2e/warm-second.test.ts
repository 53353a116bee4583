// The owner of a channel is killed: the node that pulled the encoder beside it goes on without a hole, in what is live and in what is kept.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { ownerOf } from "../support/owner.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { holesOf, lengthMs, playThrough, recordedSegments } from "../support/recorded-video.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const NODES = ["actor-1", "actor-2"];

let system: TestSystem;
let database: Database;
let streamer: Account;
let publisher: Publisher;
let channelId: string;
let videoId: string;

beforeAll(async () => {
  system = await bootSystem({ actors: NODES.length });
  database = connectDatabase({ url: findRunning(system.data).databaseUrl, applicationName: "test", connectionsMax: 2 });
  streamer = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  const live = await until("a live channel", async () => (await getChannel(system.url, streamer.login)).live ?? null, {
    withinMs: 20_000,
  });
  videoId = live.broadcastId;
  channelId = (await getChannel(system.url, streamer.login)).id;
}, patient(60_000));

afterAll(async () => {
  await publisher?.kill();
  await database?.close();
  await system?.stop();
});

const playlist = async (rendition: string) =>
  (await fetch(`${system.url}/live/${streamer.login}/${rendition}.m3u8`)).text();
const metric = async (node: string, name: string) => {
  const text = await (await fetch(`${system.internalUrl(node)}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
};
/** Lengths in seconds of what a playlist lists as gaps. */
const gapsOf = (text: string) =>
  [...text.matchAll(/#EXT-X-GAP\n(?:#EXT-X-PART:[^\n]*\n)*#EXTINF:([\d.]+),/g)].map(([, seconds]) => Number(seconds));

test(
  "the other node has the newest seconds of the encoder",
  async () => {
    const owner = await ownerOf(system, channelId);
    const second = NODES.find((node) => node !== owner)!;
    await until("media at the second", async () => (await metric(second, "warm_seconds_memory_bytes")) > 100_000);
    expect(await metric(second, "warm_seconds_running")).toBe(1);
    expect(await metric(owner, "warm_seconds_running")).toBe(0);
  },
  patient(40_000),
);

test(
  "the owner's death leaves out no picture, live or recorded",
  async () => {
    await Bun.sleep(6_000);
    const owner = await ownerOf(system, channelId);
    const second = NODES.find((node) => node !== owner)!;
    process.kill(system.pidOf(owner), "SIGKILL");
    const isSuccessor = (text: string) => /^#EXT-X-PART:.*source\/p2-\d+-\d+\.m4s/m.test(text);
    const text = await until("parts of the successor", async () => {
      const now = await playlist("source");
      return isSuccessor(now) ? now : null;
    });
    expect(await metric(second, "warm_seconds_taken_total")).toBe(1);
    expect(text).not.toContain("#EXT-X-DISCONTINUITY\n");
    expect(gapsOf(text).length).toBeGreaterThan(0);
    expect(Math.max(...gapsOf(text))).toBeLessThan(0.01);
    await Bun.sleep(6_000);
    console.log(
      `gaps of the source ${gapsOf(text).join(" ")} s, of the rung ${gapsOf(await playlist("480p")).join(" ")}`,
    );
    await call(`${system.url}/api/v1/channels/${streamer.login}/broadcast/stop`, {
      method: "POST",
      token: streamer.accessToken,
    });
    const status = async () => (await database.sql`SELECT status FROM videos WHERE id = ${videoId}`)[0]?.status;
    await until("a finished video", async () => (await status()) === "ready", { withinMs: 30_000 });
    const segments = await recordedSegments(database.sql, videoId);
    expect(holesOf(segments)).toEqual([]);
    expect(new Set(segments.filter(({ isGap }) => !isGap).map(({ epoch }) => epoch)).size).toBe(2);
    expect(lengthMs(segments.filter(({ isGap }) => isGap))).toBe(0);
    expect(await metric(second, "recorder_refilled_segments_total")).toBe(0);
    const { longestStepS } = await playThrough(`${system.url}/videos/${videoId}/source.m3u8`);
    expect(longestStepS).toBeLessThan(0.2);
  },
  patient(90_000),
);
