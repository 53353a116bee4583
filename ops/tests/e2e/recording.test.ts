// What is live is kept: a broadcast whose owner is killed and whose object store is away for a while is a video afterwards, without a number that
// is neither stored nor marked.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { ownerOf } from "../support/owner.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { playThrough } from "../support/recorded-video.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

interface SegmentRow {
  rendition: string;
  number: number;
  epoch: number;
  atMs: number;
  durationMs: number;
  init: string | null;
  bytes: number;
}

let system: TestSystem;
let database: Database;
let streamer: Account;
let publisher: Publisher;
let videoId: string;
let channelId: string;

const rows = () => database.sql<SegmentRow[]>`
  SELECT rendition, number, epoch, at_ms AS "atMs", duration_ms AS "durationMs", init_hash AS init, bytes
  FROM video_segments WHERE video_id = ${videoId} ORDER BY rendition, number`;
const sourceRows = async () => (await rows()).filter(({ rendition }) => rendition === "source");
const newest = async () => (await sourceRows()).at(-1)?.number ?? -1;
const moreThan = (number: number) =>
  until("further segments", async () => (await newest()) > number + 2, { withinMs: patient(30_000) });

beforeAll(async () => {
  system = await bootSystem({ actors: 2, env: { LADDER: "none", WARM_SECONDS_MB_MAX: "0" } });
  database = connectDatabase({ url: findRunning(system.data).databaseUrl, applicationName: "test", connectionsMax: 2 });
  streamer = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  const live = await until("a live channel", async () => (await getChannel(system.url, streamer.login)).live ?? null, {
    withinMs: patient(20_000),
  });
  videoId = live.broadcastId;
  channelId = (await getChannel(system.url, streamer.login)).id;
});

afterAll(async () => {
  await publisher?.kill();
  await database?.close();
  await system?.stop();
});

test(
  "each closed segment is stored, and only then it has a row",
  async () => {
    await moreThan(1);
    const [video] = await database.sql`SELECT kind, status, visibility FROM videos WHERE id = ${videoId}`;
    expect(video).toEqual({ kind: "recording", status: "recording", visibility: "public" });
    for (const { init, bytes } of await rows()) expect([init !== null, bytes > 1_000]).toEqual([true, true]);
  },
  patient(40_000),
);

test(
  "while the object store is away, segments wait, and come when it is back",
  async () => {
    const before = await newest();
    const starts = system.startsOf("s3");
    const { live } = await getChannel(system.url, streamer.login);
    process.kill(system.pidOf("s3"), "SIGKILL");
    await system.restarted("s3", starts);
    await moreThan(before + 3);
    expect((await getChannel(system.url, streamer.login)).live?.broadcastId).toBe(live!.broadcastId);
    const numbers = (await sourceRows()).map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => numbers[0]! + i));
  },
  patient(60_000),
);

test(
  "an owner that is killed leaves no hole: its successor fills it with what reached nginx meanwhile",
  async () => {
    const before = await newest();
    process.kill(system.pidOf(await ownerOf(system, channelId)), "SIGKILL");
    await moreThan(before + 2);
    const epochs = new Set((await sourceRows()).map(({ epoch }) => epoch));
    expect(epochs.size).toBe(2);
    const isFilled = async () => {
      const source = await sourceRows();
      const isBack = source.some(({ epoch, init }) => epoch === source.at(-1)!.epoch && init !== null);
      return isBack && source.every(({ number, init }, i) => init !== null && number === source[0]!.number + i);
    };
    await until("the hole to be filled", isFilled, { withinMs: patient(20_000) });
  },
  patient(60_000),
);

test(
  "when the broadcast is over, the video is ready, and each number is stored or marked",
  async () => {
    await call(`${system.url}/api/v1/channels/${streamer.login}/broadcast/stop`, {
      method: "POST",
      token: streamer.accessToken,
    });
    const video = await until(
      "a finished video",
      async () => {
        const [row] = await database.sql`SELECT * FROM videos WHERE id = ${videoId} AND status = 'ready'`;
        return row ?? null;
      },
      { withinMs: patient(30_000) },
    );
    const source = await sourceRows();
    const [first, last] = [source[0]!, source.at(-1)!];
    expect(source.map(({ number }) => number)).toEqual(
      Array.from({ length: last.number - first.number + 1 }, (_, i) => first.number + i),
    );
    const spanMs = last.atMs + last.durationMs - first.atMs;
    const listedMs = source.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(Math.abs(listedMs - spanMs)).toBeLessThan(100);
    expect(video.duration_ms).toBeCloseTo(listedMs, 3);
    const lostMs = source.filter(({ init }) => init === null).reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(lostMs).toBe(0);
    console.log(`${Math.round(spanMs)} ms recorded, nothing lost`);
    const { seconds, longestStepS } = await playThrough(`${system.url}/videos/${videoId}/index.m3u8`);
    expect(longestStepS).toBeLessThan(0.2);
    expect(seconds).toBeCloseTo(spanMs / 1_000, 0);
  },
  patient(60_000),
);
