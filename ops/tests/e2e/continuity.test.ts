// Processes are killed while a browser watches and a room chats; playback and chat continue.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { ChatClient } from "../support/chat-client.ts";
import { laddersOf } from "../support/ladders.ts";
import { followPlaylists, placeOf } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { startViewing, type Viewer } from "../support/viewer.ts";

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let publisher: Publisher;
let viewer: Viewer;

const source = () => `${system.url}/live/${streamer.login}/source.m3u8`;
const playlist = async () => (await fetch(source())).text();
const head = async () => placeOf(await playlist()).last;
/** Number of the newest whole segment of a rendition that has media; -1: none. */
async function lastShown(rendition: string): Promise<number> {
  const text = await (await fetch(`${system.url}/live/${streamer.login}/${rendition}.m3u8`)).text();
  const numbers = [...text.matchAll(/^(?:(#EXT-X-GAP)\n)?#EXTINF:[^\n]*\n(?:#EXT-X-GAP\n)?[^\n]*s(\d+)\.m4s$/gm)];
  return Math.max(
    -1,
    ...numbers.filter(([whole]) => !whole.includes("#EXT-X-GAP")).map(([, , number]) => Number(number)),
  );
}

beforeAll(async () => {
  system = await bootSystem();
  browser = await openBrowser();
  streamer = await register(system.url);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  await until("a live channel", async () => (await getChannel(system.url, streamer.login)).live?.phase === "live", {
    withinMs: 20_000,
  });
  viewer = await startViewing(await browser.open(`${system.url}/${streamer.login}`));
  await Bun.sleep(4_000);
});

afterAll(async () => {
  await publisher?.kill();
  await browser?.close();
  await system?.stop();
});

test("kill -9 of FFmpeg leaves no mark on the source, and its rendition comes back while the page keeps playing", async () => {
  const { id } = await getChannel(system.url, streamer.login);
  const ladder = () => laddersOf(system, "actor-1", id)[0];
  // A busy machine sheds the rung, and takes it up again after a calm minute.
  const ffmpeg = await until("the ladder", ladder, { withinMs: 100_000 });
  const takes = async () => new Set((await playlist()).match(/(?<=#EXT-X-PART:.*)p\d+-\d+-/g));
  const before = await takes();
  const headBefore = await head();
  const sinceMs = await viewer.now();
  process.kill(ffmpeg.pid, "SIGKILL");
  const startMs = performance.now();
  await until("a segment of the rung's next run", async () => (await lastShown("480p")) > headBefore + 1, {
    withinMs: 20_000,
  });
  const tookMs = performance.now() - startMs;
  await until("the picture to move", async () => (await viewer.frames(sinceMs + 5_000)) > 20, { withinMs: 20_000 });
  const still = await viewer.longestStillMs(sinceMs);
  console.log(`480p back ${Math.round(tookMs)} ms after the kill, longest still ${Math.round(still)} ms`);
  expect(await takes()).toEqual(before);
  expect(await playlist()).not.toContain("#EXT-X-GAP");
  const health = await call<{ restarts: number }>(`${system.url}/api/v1/channels/${streamer.login}/broadcast`, {
    token: streamer.accessToken,
  });
  expect(health.restarts).toBe(0);
  expect(still).toBeLessThan(patient(5_000));
  expect(await viewer.sameDocument()).toBe(true);
});

test("after kill -9 of the only actor node the broadcast continues, numbers rise, no line is lost and the page keeps playing", async () => {
  const talker = await ChatClient.join({ url: system.url, channel: streamer.login, token: streamer.accessToken });
  for (let n = 1; n <= 5; n++) expect((await talker.say(`before ${n}`)).type).toBe("said");
  const before = { channel: await getChannel(system.url, streamer.login), head: await head(), seq: talker.headSeq };
  const followed = followPlaylists(`${system.url}/live/${streamer.login}/index.m3u8`, 15_000);

  const starts = system.startsOf("actor-1");
  const sinceMs = await viewer.now();
  process.kill(system.pidOf("actor-1"), "SIGKILL");
  const killedMs = performance.now();
  const during = talker.say("while nobody owns the room");
  await system.restarted("actor-1", starts);
  await until("numbers to rise", async () => (await head()) > before.head + 1, { withinMs: 20_000 });
  const risenMs = performance.now() - killedMs;
  await until("the picture to move", async () => (await viewer.frames(sinceMs + 6_000)) > 30, { withinMs: 30_000 });

  const report = await followed;
  expect(report.faults).toEqual([]);
  const after = await getChannel(system.url, streamer.login);
  expect(after.live?.broadcastId).toBe(before.channel.live?.broadcastId ?? "");
  console.log(
    `first new number ${Math.round(risenMs)} ms after the kill, longest still ${Math.round(await viewer.longestStillMs(sinceMs))} ms`,
  );
  expect(await viewer.sameDocument()).toBe(true);

  expect((await during).type).toBe("said");
  expect(await talker.say("after")).toMatchObject({ type: "said", seq: before.seq + 2 });
  const fresh = await ChatClient.join({ url: system.url, channel: streamer.login });
  expect(fresh.lines.map(({ body }) => body)).toEqual([
    ...[1, 2, 3, 4, 5].map((n) => `before ${n}`),
    "while nobody owns the room",
    "after",
  ]);
  expect(fresh.lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  await Promise.all([talker.leave(), fresh.leave()]);
});
