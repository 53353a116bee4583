// An hour of broadcast in which all goes wrong that may: the object store fails for 10 minutes, the owner is killed twice, the encoder
// reconnects three times. Every picture that reached nginx-rtmp is in the recording or its place is marked, rows and objects agree, and it plays.
//
//   minute   0        12            18 ───────── 28        33           40        48          60
//         begins   reconnects     the store fails       reconnects   owner dies  reconnects  ends
//                                    22 owner dies
//
// Accelerated: the hour's plan runs HOUR_ACCELERATION times as fast, by default 10 times, so it takes 6 minutes. What happens between two events
// is shorter; all else is real: encoder, nginx-rtmp, nodes, PostgreSQL and object store work at the pace of the media. So these are not
// accelerated: the store fails for one minute at 4 Mbit/s (of which the memory of a recorder holds the first half, and the spool the rest), and
// nginx-rtmp keeps its files for 3 minutes, which with HOUR_ACCELERATION=1 is less than the failure of the store.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RECENT_FOLDER } from "#ops/nginx/rtmp.conf.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { mustVerify } from "../support/operator-verb.ts";
import { ownerOf } from "../support/owner.ts";
import { holesOf, lengthMs, playThrough, recordedSegments } from "../support/recorded-video.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { type Arrivals, keepArrivals } from "./arrived.ts";
import { type FoundPictures, findPictures, unmarked } from "./found-pictures.ts";
import { type NumberedEncoder, startNumberedEncoder } from "./numbered-encoder.ts";
import { playInBrowser } from "./play-in-browser.ts";
import { replayDrift, sayPicture } from "./replay-drift.ts";

const ACCELERATION = Number(process.env.HOUR_ACCELERATION ?? 10);
const HOUR_MS = 3_600_000 / ACCELERATION;
const atMinute = (minute: number) => (minute * 60_000) / ACCELERATION;
/** Two lines in three seconds, as a small room has. */
const LINE_EVERY_MS = 1_500;
const DRIFT_MAX_MS = 100;

let system: TestSystem;
let database: Database;
let streamer: Account;
let encoder: NumberedEncoder;
let arrivals: Arrivals;
let spool: string;
let kept: string;
let channelId: string;
let videoId: string;
let found: FoundPictures;

beforeAll(async () => {
  spool = mkdtempSync(join(tmpdir(), "spool-"));
  kept = mkdtempSync(join(tmpdir(), "arrived-"));
  system = await bootSystem({
    actors: 2,
    env: { LADDER: "none", S3_FAULTS: "on", SPOOL_DIR: spool, LINES_PER_30S_PER_USER: "0" },
  });
  database = connectDatabase({ url: findRunning(system.data).databaseUrl, applicationName: "test", connectionsMax: 2 });
  streamer = await until("an account", () => register(system.url), { withinMs: 60_000 });
  const { streamKey } = await makeStreamKey(system.url, streamer);
  encoder = await startNumberedEncoder({ server: system.rtmpUrl, key: streamKey });
  const folder = new DataFolder(system.data).file("nginx", RECENT_FOLDER);
  arrivals = keepArrivals({ from: folder, to: kept });
  const live = await until("a live channel", async () => (await getChannel(system.url, streamer.login)).live ?? null, {
    withinMs: 20_000,
  });
  videoId = live.broadcastId;
  channelId = (await getChannel(system.url, streamer.login)).id;
}, patient(120_000));

afterAll(async () => {
  arrivals?.stop();
  await encoder?.end();
  await database?.close();
  await system?.stop();
  for (const folder of [spool, kept]) rmSync(folder, { recursive: true, force: true });
}, patient(60_000));

const storeFails = async (refusedShare: 0 | 1) => {
  const { port } = new DataFolder(system.data).readRunFile("s3")!;
  await fetch(`http://127.0.0.1:${port}/_faults`, { method: "PUT", body: JSON.stringify({ refusedShare }) });
};

const killOwner = async () => process.kill(system.pidOf(await ownerOf(system, channelId)), "SIGKILL");
const reconnect = async () => encoder.cut();

/** By the minute of the hour. */
const EVENTS: readonly [minute: number, work: () => Promise<unknown>][] = [
  [12, reconnect],
  [18, () => storeFails(1)],
  [22, killOwner],
  [28, () => storeFails(0)],
  [33, reconnect],
  [40, killOwner],
  [48, reconnect],
];

test(
  `an hour, ${ACCELERATION} times as fast, is broadcast`,
  async () => {
    const beganMs = performance.now();
    const chat = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
    let said = 0;
    const saying = setInterval(() => {
      void sayPicture(chat, encoder.number).then(({ type }) => {
        if (type === "said") said++;
      });
    }, LINE_EVERY_MS);
    for (const [minute, work] of EVENTS) {
      await Bun.sleep(beganMs + atMinute(minute) - performance.now());
      await work();
    }
    await Bun.sleep(beganMs + HOUR_MS - performance.now());
    clearInterval(saying);
    await chat.leave();
    await encoder.end();
    // What is on its way to the owner when somebody ends the broadcast is not recorded.
    const phase = async () => (await getChannel(system.url, streamer.login)).live?.phase;
    await until("the end of the encoder to be known", async () => (await phase()) === "lost", { withinMs: 20_000 });
    const stop = { method: "POST", token: streamer.accessToken };
    await call(`${system.url}/api/v1/channels/${streamer.login}/broadcast/stop`, stop);
    const status = async () => (await database.sql`SELECT status FROM videos WHERE id = ${videoId}`)[0]?.status;
    await until("a finished video", async () => (await status()) === "ready", { withinMs: 60_000 });
    console.log(
      `${encoder.number} pictures in ${encoder.starts} publishes, at most ${Math.round(encoder.lateMs)} ms late; ${said} lines`,
    );
    expect(encoder.starts).toBe(4);
  },
  HOUR_MS + patient(180_000),
);

test(
  "every picture that reached nginx-rtmp is in the recording, once and in order, or its place is marked",
  async () => {
    found = await findPictures(`${system.url}/videos/${videoId}/source.m3u8`);
    const { pictures, gaps, durationMs } = found;
    const arrived = arrivals.numbers();
    const segments = await recordedSegments(database.sql, videoId);
    const numbers = pictures.map(({ number }) => number);
    const there = new Set(numbers);
    const lost = arrived.filter((number) => !there.has(number)).length;
    const epochs = new Set(segments.map(({ epoch }) => epoch)).size;
    console.log(
      `${arrived.length} pictures arrived, ${numbers.length} are recorded by ${epochs} owners in ${Math.round(durationMs)} ms; ${lost} are lost, ${gaps.length} segments of ${Math.round(lengthMs(segments.filter(({ isGap }) => isGap)))} ms are marked`,
    );
    expect(unmarked(arrived, found)).toEqual([]);
    expect(numbers.filter((number, i) => i > 0 && number <= numbers[i - 1]!)).toEqual([]);
    expect(holesOf(segments)).toEqual([]);
    expect(epochs).toBe(3);
  },
  patient(120_000),
);

test(
  "rows and objects agree, to the byte",
  async () => console.log(await mustVerify(system, videoId)),
  patient(120_000),
);

test(
  "the time of its packets rises to the end",
  async () => {
    const { packets, seconds, longestStepS } = await playThrough(`${system.url}/videos/${videoId}/source.m3u8`);
    console.log(`${packets} packets, ${seconds.toFixed(3)} s, at most ${longestStepS.toFixed(3)} s apart`);
    expect(packets).toBe(found.pictures.length);
  },
  patient(120_000),
);

test(
  "a line of chat replay is at the picture at which it was said, at the end as at the beginning",
  async () => {
    const drift = await replayDrift({ url: system.url, videoId }, found);
    console.log(JSON.stringify(drift));
    expect(Math.abs(drift.lastMs - drift.firstMs)).toBeLessThanOrEqual(DRIFT_MAX_MS);
  },
  patient(60_000),
);

test(
  "it plays through in hls.js",
  async () => {
    const played = await playInBrowser(`${system.url}/videos/${videoId}/index.m3u8`);
    console.log(JSON.stringify(played));
    expect(played.fatal).toBeNull();
    expect(Math.abs(played.endedAtS - found.durationMs / 1_000)).toBeLessThan(1);
  },
  HOUR_MS + patient(300_000),
);
