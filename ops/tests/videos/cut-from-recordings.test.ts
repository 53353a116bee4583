// What is cut from recordings: pictures of clips, and highlights from their request to their pictures. Real FFmpeg and PostgreSQL, an object
// store in memory. Each encoder shows one colour.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawClips } from "#actors/clip-pictures/clip-pictures.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { ObjectsAway } from "#runtime/objects/objects.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { findSandbox, type Sandbox } from "#runtime/process/sandbox.ts";
import { playableClip } from "#schema/queries/clips/playable-clip.ts";
import { beginHighlight } from "#schema/queries/videos/highlights.ts";
import { storedVideo } from "#schema/queries/videos/stored.ts";
import { madeClip } from "#schema/queries/videos/testing.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { until } from "../support/until.ts";
import { madeRecording } from "../support/videos/made-recording.ts";
import { videoNodes } from "../support/videos/video-node.ts";

const WITHIN_MS = 60_000;
const log = createLog({ name: "test", level: "silent" });
let stored: TestDatabase;
let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  stored = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "cut-"));
  sandbox = await findSandbox({ processes: systemProcesses, log: console, niceness: 0 });
}, patient(60_000));
afterAll(async () => {
  await stored.drop();
  rmSync(folder, { recursive: true, force: true });
});

const SESSIONS = [
  { colour: "red", seconds: 6 },
  { colour: "blue", seconds: 6, size: "180x320" },
  { colour: "lime", seconds: 6, size: "640x360", sound: false },
] as const;

async function scene() {
  const objects = new MemoryObjects(systemClock);
  const { sql } = stored.database;
  const { videoId, channelId } = await madeRecording({ stored, objects, kitchen: { folder } }, SESSIONS);
  const draw = () =>
    drawClips(
      { ...{ sql, objects, clock: systemClock, log, processes: systemProcesses }, ffmpegPath: "ffmpeg" },
      new AbortController().signal,
    );
  return { objects, sql, videoId, channelId, draw };
}

/** The strongest of red, green and blue in the middle of a picture. */
async function colourOf(jpeg: Uint8Array): Promise<string> {
  const argv = ["ffmpeg", "-v", "error", "-i", "-", "-vf", "scale=3:3", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
  const child = Bun.spawn(argv, { stdin: jpeg, stdout: "pipe" });
  const pixels = new Uint8Array(await new Response(child.stdout).arrayBuffer()).subarray(12, 15);
  return "rgb"[pixels.indexOf(Math.max(...pixels))]!;
}

test(
  "a clip gets a picture of its own middle, once; while the store is away it waits",
  async () => {
    const { objects, sql, videoId, draw } = await scene();
    const clip = await madeClip(sql, videoId, { firstNumber: 5, lastNumber: 8 });
    objects.fault = (request) => (request === "put" ? new ObjectsAway("503") : undefined);
    expect(await draw().catch((error) => error)).toBeInstanceOf(ObjectsAway);
    objects.fault = () => undefined;
    await draw();
    expect((await playableClip(sql, clip))!.pictured).toBe(false);
    await sql`UPDATE clips SET picture_due_at = now() WHERE id = ${clip}`;
    await draw();
    expect((await playableClip(sql, clip))!.pictured).toBe(true);
    expect(await colourOf(await objects.get(videoKey.clipThumbnail(videoId, clip, 320)))).toBe("g");
    objects.fault = () => new Error("asked again");
    await draw();
  },
  patient(60_000),
);

test(
  "what does not decode is tried six times and then left alone",
  async () => {
    const { objects, sql, videoId, draw } = await scene();
    await objects.remove([...objects.stored.keys()]);
    const clip = await madeClip(sql, videoId, { firstNumber: 0, lastNumber: 2 });
    for (let tries = 1; tries <= 6; tries++) {
      await draw();
      const [row] = await sql`SELECT picture_tries, picture_due_at, pictured FROM clips WHERE id = ${clip}`;
      expect(row).toMatchObject({ picture_tries: tries, pictured: false });
      expect(row!.picture_due_at === null).toBe(tries === 6);
      if (tries < 6) await sql`UPDATE clips SET picture_due_at = now() WHERE id = ${clip}`;
    }
  },
  patient(60_000),
);

test(
  "a highlight is copied by its actor, gets its pictures, and a node that dies in the middle leaves it to the next",
  async () => {
    const { objects, sql, videoId: sourceId, channelId } = await scene();
    const videoId = Bun.randomUUIDv7();
    const parts = [
      { firstNumber: 1, lastNumber: 1 },
      { firstNumber: 4, lastNumber: 6 },
    ];
    const made = { videoId, channelId, sourceId, title: "The best", visibility: "public", parts };
    expect(await beginHighlight(sql, made, { countMax: 0, bytesMax: 0 })).toBe("begun");
    const nodes = videoNodes({ stored, objects, sandbox, folder });
    let copies = 0;
    objects.fault = (request) => {
      if (request === "copy") copies++;
      return request === "copy" && copies > 3 ? new Promise<undefined>(() => {}) : undefined;
    };
    const first = await nodes.wake(videoId);
    await until("a copy that hangs", async () => copies > 3, { withinMs: WITHIN_MS });
    void first.stop("kill");
    objects.fault = () => undefined;
    const second = await nodes.wake(videoId);
    const phase = async () =>
      (await sql`SELECT state FROM actors WHERE kind = 'video' AND key = ${videoId}`)[0]?.state?.phase;
    await until("its pictures", async () => (await phase()) === "over", { withinMs: WITHIN_MS });
    await second.stop("ask");
    expect(await storedVideo(sql, videoId)).toMatchObject({
      storyboard: { count: 4 },
      pictures: ["poster", "thumbnail"],
    });
    const rows = await sql<{ number: number; epoch: number }[]>`
      SELECT number, epoch FROM video_segments WHERE video_id = ${videoId} ORDER BY number`;
    expect(rows.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    const sourceNumbers = [1, 4, 5, 6];
    for (const [i, row] of rows.entries())
      expect(await objects.get(videoKey.segment(videoId, "source", row))).toEqual(
        await objects.get(videoKey.segment(sourceId, "source", { number: sourceNumbers[i]!, epoch: 1 })),
      );
  },
  patient(120_000),
);
