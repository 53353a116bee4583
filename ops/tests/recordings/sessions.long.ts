// A broadcast of three encoders, the second with another size and another rate of sound, the third without sound. It plays from its beginning to
// its end and on from each side of each change, in hls.js and in shaka-player; so do clips across the changes; and all downloads decode.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRunning } from "#ops/up/running-system.ts";
import type { ClipView, DownloadView } from "#schema/api/clips.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import type { PlayerName } from "../support/plain-page.ts";
import { startPublisher } from "../support/publisher.ts";
import { lengthMs, type RecordedSegment, recordedSegments } from "../support/recorded-video.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { AAC, ffmpeg } from "../support/uploads/ingredients.ts";
import { watchInBrowser } from "./seek-in-browser.ts";

const SESSIONS = [
  { size: "320x180", rate: 48_000 },
  { size: "640x360", rate: 44_100 },
  { size: "426x240", rate: null },
];
const PLAYERS = ["hls.js", "shaka-player"] satisfies PlayerName[];
const SESSION_S = 12;
/** Of a clip, on each side of a change. */
const BESIDE_MS = 3_000;

const folder = mkdtempSync(join(tmpdir(), "sessions-"));
let system: TestSystem;
let database: Database;
let streamer: Account;
let videoId: string;
let segments: RecordedSegment[];
/** Where the media of a session end and those of the next begin. Between them there may be a gap. */
let changes: { beforeMs: number; afterMs: number }[];

beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: "none" } });
  database = connectDatabase({ url: findRunning(system.data).databaseUrl, applicationName: "test", connectionsMax: 2 });
  streamer = await until("an account", () => register(system.url), { withinMs: 60_000 });
  const { streamKey } = await makeStreamKey(system.url, streamer);
  const channel = () => getChannel(system.url, streamer.login);
  // Before the first one begins: an encoder that computes while it sends may be late on a busy machine.
  const files = await Promise.all(SESSIONS.map(encodedSession));
  for (const file of files) {
    const publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey, file });
    const live = await until(
      "a live channel",
      async () => {
        const { live } = await channel();
        return live?.phase === "live" ? live : null;
      },
      { withinMs: patient(30_000) },
    );
    videoId = live.broadcastId;
    expect([await publisher.exited, publisher.errors()]).toEqual([0, ""]);
    await until("its end to be known", async () => (await channel()).live?.phase === "lost", {
      withinMs: patient(30_000),
    });
  }
  const stop = { method: "POST", token: streamer.accessToken };
  await call(`${system.url}/api/v1/channels/${streamer.login}/broadcast/stop`, stop);
  const status = async () => (await database.sql`SELECT status FROM videos WHERE id = ${videoId}`)[0]?.status;
  await until("a finished video", async () => (await status()) === "ready", { withinMs: patient(60_000) });
  segments = await recordedSegments(database.sql, videoId);
  changes = sessionChanges(await initSizes());
}, patient(240_000));

afterAll(async () => {
  await database?.close();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
}, patient(60_000));

test("each session is in the recording", () => {
  console.log(`${segments.length} segments, ${Math.round(lengthMs(segments))} ms, changes: ${JSON.stringify(changes)}`);
  expect(changes).toHaveLength(SESSIONS.length - 1);
});

for (const player of PLAYERS)
  test(
    `${player} plays it from its beginning to its end, and on from each side of each change`,
    async () => {
      // Backwards. The last place of a change is so near that the player goes across it.
      const placesS = changes
        .toReversed()
        .flatMap(({ beforeMs, afterMs }) => [afterMs + 300, beforeMs - 1_500, beforeMs - 300])
        .map((ms) => ms / 1_000);
      const watched = await watchInBrowser(player, { playlist: `${system.url}/videos/${videoId}/index.m3u8`, placesS });
      console.log(player, JSON.stringify(watched));
      expect(Math.abs(watched.endedAtS - lengthMs(segments) / 1_000)).toBeLessThan(0.5);
      expect(watched.sizes).toEqual(SESSIONS.map(({ size }) => size));
      const sizes = changes.map((_, i) => [SESSIONS[i + 1]!.size, SESSIONS[i]!.size, SESSIONS[i]!.size]).toReversed();
      expect(watched.places.map(({ size }) => size)).toEqual(sizes.flat());
    },
    patient(240_000),
  );

test(
  "a clip across each change plays in both, and its files decode",
  async () => {
    for (const [i, { beforeMs, afterMs }] of changes.entries()) {
      const endMs = Math.round(afterMs + BESIDE_MS);
      const clip = await call<ClipView>(`${system.url}/api/v1/channels/${streamer.login}/clips`, {
        ...{ method: "POST", token: streamer.accessToken },
        body: { videoId, endMs, durationMs: endMs - Math.round(beforeMs - BESIDE_MS), title: "A change" },
      });
      const playlist = `${system.url}${clip.hlsUrl}`;
      const files = await downloads(`/clips/${clip.id}/download`);
      expect(await Promise.all(files.map(complaints))).toEqual(files.map(() => ""));
      for (const player of PLAYERS) {
        const watched = await watchInBrowser(player, { playlist, placesS: [] });
        console.log(`clip ${i + 1} in ${files.length} files`, player, JSON.stringify(watched));
        expect(watched.sizes).toEqual(SESSIONS.slice(i, i + 2).map(({ size }) => size));
      }
    }
  },
  patient(240_000),
);

test(
  "the video downloads in files that decode, and together are as long as the recording",
  async () => {
    const files = await downloads(`/videos/${videoId}/download`);
    console.log(JSON.stringify(files));
    expect(await Promise.all(files.map(complaints))).toEqual(files.map(() => ""));
    const mediaMs = lengthMs(segments.filter(({ isGap }) => !isGap));
    const wholeMs = files.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(Math.abs(wholeMs - mediaMs)).toBeLessThan(100);
  },
  patient(120_000),
);

async function encodedSession({ size, rate }: (typeof SESSIONS)[number]): Promise<string> {
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=30:duration=${SESSION_S}`];
  const tone = ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=${rate}:duration=${SESSION_S}`, ...AAC];
  const h264 = "-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 60 -sc_threshold 0".split(" ");
  await ffmpeg({ folder }, ...picture, ...(rate === null ? [] : tone), ...h264, "-f", "flv", `${size}.flv`);
  return join(folder, `${size}.flv`);
}

type DownloadFile = DownloadView["files"][number];

const downloads = async (path: string): Promise<readonly DownloadFile[]> => {
  const { files } = await call<DownloadView>(`${system.url}/api/v1${path}`, { token: streamer.accessToken });
  expect(files.length).toBeGreaterThan(0);
  return files;
};

/** With the times of the file: pictures that came unevenly would be complained about else. */
const DISCARDED = "-fps_mode passthrough -enc_time_base:v -1 -f null -".split(" ");

/** What FFmpeg says about a file that it decodes to its end. */
async function complaints({ url }: DownloadFile): Promise<string> {
  const words = ["-nostdin", "-v", "error", "-xerror", "-i", new URL(url, system.url).href, ...DISCARDED];
  const child = Bun.spawn(["ffmpeg", ...words], { stderr: "pipe" });
  const [said, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  return code === 0 ? said : `ended with ${code}: ${said}`;
}

/** Sizes of pictures by the hash of their init segment. */
async function initSizes(): Promise<Map<string, string>> {
  const playlist = await (await fetch(`${system.url}/videos/${videoId}/source.m3u8`)).text();
  const sizes = new Map<string, string>();
  for (const [, uri, hash] of playlist.matchAll(/URI="(source\/i([^"]+)\.mp4)"/g)) {
    const words = "-v error -select_streams v -show_entries stream=width,height -of csv=p=0:s=x".split(" ");
    const probe = Bun.spawn(["ffprobe", ...words, `${system.url}/videos/${videoId}/${uri}`], { stdout: "pipe" });
    sizes.set(hash!, (await new Response(probe.stdout).text()).trim());
  }
  return sizes;
}

/** By size: an encoder may have another init segment for the time until its sound is known. */
function sessionChanges(sizes: Map<string, string>): typeof changes {
  const found: typeof changes = [];
  let [atMs, endMs, size] = [0, 0, ""];
  for (const { durationMs, initHash } of segments) {
    if (initHash !== null) {
      const now = [...sizes].find(([hash]) => initHash.startsWith(hash))![1];
      if (size !== "" && now !== size) found.push({ beforeMs: endMs, afterMs: atMs });
      size = now;
      endMs = atMs + durationMs;
    }
    atMs += durationMs;
  }
  return found;
}
