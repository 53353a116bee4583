// The pictures of recordings that have ended: real FFmpeg and PostgreSQL, an object store in memory. Each encoder shows one colour.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#runtime/base/clock.ts";
import { ObjectsAway } from "#runtime/objects/objects.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { findSandbox, type Sandbox } from "#runtime/process/sandbox.ts";
import { finishRecording } from "#schema/queries/videos/recording.ts";
import { storedVideo } from "#schema/queries/videos/stored.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { videoKey, videoPrefix } from "#schema/wire/video-keys.ts";
import { splitJpegs } from "#transcoding/pictures/jpeg.ts";
import { until } from "../support/until.ts";
import { type ColourSession, madeRecording } from "../support/videos/made-recording.ts";
import { videoNodes } from "../support/videos/video-node.ts";

const WITHIN_MS = 60_000;
let stored: TestDatabase;
let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  stored = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "pictures-"));
  sandbox = await findSandbox({ processes: systemProcesses, log: console, niceness: 0 });
}, patient(60_000));
afterAll(async () => {
  await stored.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function scene(sessions: readonly ColourSession[]) {
  const objects = new MemoryObjects(systemClock);
  const { videoId, owner } = await madeRecording({ stored, objects, kitchen: { folder } }, sessions);
  const { sql } = stored.database;
  const nodes = videoNodes({ stored, objects, sandbox, folder });
  const actorRow = async () => {
    const [row] =
      await sql`SELECT epoch, wake_at <= now() AS due, state FROM actors WHERE kind = 'video' AND key = ${videoId}`;
    return row ?? null;
  };
  const becomes = (phase: string) =>
    until(`the actor to be ${phase}`, async () => (await actorRow())?.state?.phase === phase, { withinMs: WITHIN_MS });
  /** Wakes the actor, waits until it has nothing to do any more, and returns what there is. */
  const draw = async () => {
    const actor = await nodes.wake(videoId);
    await becomes("over");
    await actor.stop("ask");
    return storedVideo(sql, videoId);
  };
  const sheet = () => objects.get(videoKey.storyboard(videoId, 0));
  return { objects, videoId, owner, sql, nodes, actorRow, becomes, draw, sheet };
}

/** The colour in the middle of each picture of a sheet: the strongest of red, green and blue, or `-` for none. */
async function coloursOf(sheet: Uint8Array, count: number): Promise<string> {
  const argv = ["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
  const child = Bun.spawn(argv, { stdin: sheet, stdout: "pipe" });
  const pixels = new Uint8Array(await new Response(child.stdout).arrayBuffer());
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [(i % 10) * 160 + 80, Math.floor(i / 10) * 90 + 45];
    const rgb = pixels.subarray((y * 1_600 + x) * 3, (y * 1_600 + x) * 3 + 3);
    return Math.max(...rgb) < 60 ? "-" : "rgb"[rgb.indexOf(Math.max(...rgb))];
  }).join("");
}

test(
  "a recording of encoders of other sizes, one without sound, and with a hole has the picture of each moment",
  async () => {
    const { draw, sheet, objects, videoId, actorRow, sql, owner } = await scene([
      { colour: "red", seconds: 6 },
      { colour: "blue", seconds: 6, size: "180x320", skipped: 2 },
      { colour: "lime", seconds: 4, size: "640x360", sound: false },
    ]);
    expect(await actorRow()).toEqual({ epoch: 0, due: true, state: null });
    const video = await draw();
    expect(video?.storyboard).toMatchObject({ intervalMs: 2_000, count: 10 });
    expect(await coloursOf(await sheet(), 10)).toBe("rrrrrbbbgg");
    expect(video?.pictures).toEqual(["poster", "thumbnail"]);
    for (const [key, width] of [
      [videoKey.poster(videoId), 320],
      [videoKey.thumbnail(videoId, 320), 320],
    ] as const)
      expect(splitJpegs(await objects.get(key))?.[0]?.width).toBeLessThanOrEqual(width * 2);
    // Finishing again wakes nobody.
    await finishRecording(sql, owner);
    expect(await actorRow()).toMatchObject({ epoch: 1, due: null });
  },
  patient(120_000),
);

test(
  "where the small rendition is missing, the source is drawn",
  async () => {
    const { draw, sheet } = await scene([
      { colour: "red", seconds: 8, size: "640x360" },
      { colour: "blue", seconds: 2, rendition: "180p", skipped: 1 },
      { colour: "blue", seconds: 2, rendition: "180p", skipped: 1 },
    ]);
    expect((await draw())?.storyboard?.count).toBe(4);
    expect(await coloursOf(await sheet(), 4)).toBe("rbrb");
  },
  patient(120_000),
);

test(
  "an object that is missing has the picture before it, the first one the picture behind it",
  async () => {
    const { draw, sheet, objects, videoId } = await scene([
      { colour: "red", seconds: 2 },
      { colour: "blue", seconds: 4 },
      { colour: "lime", seconds: 4, size: "640x360" },
    ]);
    await objects.remove([0, 2, 3].map((number) => videoKey.segment(videoId, "source", { number, epoch: 1 })));
    await objects.put(videoKey.segment(videoId, "source", { number: 3, epoch: 1 }), new Uint8Array(5_000).fill(7), {
      contentType: "video/mp4",
    });
    const video = await draw();
    expect(await coloursOf(await sheet(), 5)).toBe("bbbbg");
    expect(video?.pictures).toEqual(["poster", "thumbnail"]);
  },
  patient(120_000),
);

test(
  "of one segment there is one picture, and of nothing that can be drawn there is none, at once",
  async () => {
    const short = await scene([{ colour: "blue", seconds: 1 }]);
    expect((await short.draw())?.storyboard?.count).toBe(1);
    expect(await coloursOf(await short.sheet(), 2)).toBe("b-");

    const lost = await scene([{ colour: "red", seconds: 4 }]);
    await lost.objects.remove([...lost.objects.stored.keys()]);
    expect(await lost.draw()).toMatchObject({ storyboard: null, pictures: [] });
    expect(await lost.actorRow()).toMatchObject({ due: null });
    expect((await lost.objects.list(videoPrefix(lost.videoId))).items).toEqual([]);
  },
  patient(120_000),
);

test(
  "while the store is away it is tried again; when the node dies, another one draws, and a node whose ladder lags waits",
  async () => {
    const { objects, nodes, videoId, becomes, draw, actorRow, sheet } = await scene([{ colour: "red", seconds: 4 }]);
    objects.fault = (request) => (request === "get" ? new ObjectsAway("503") : undefined);
    const first = await nodes.wake(videoId);
    await until("a failed try", async () => (await actorRow())?.state?.tries === 1, { withinMs: WITHIN_MS });
    expect((await actorRow())?.state).toMatchObject({ phase: "drawing", retryAtMs: expect.any(Number) });
    await first.stop("kill");
    objects.fault = () => undefined;
    nodes.ladderPlan.lags = true;
    const second = await nodes.wake(videoId);
    await becomes("drawing");
    await Bun.sleep(500);
    expect(objects.stored.has(videoKey.poster(videoId))).toBe(false);
    await second.stop("kill");
    nodes.ladderPlan.lags = false;
    await draw();
    expect(await coloursOf(await sheet(), 2)).toBe("rr");
    expect(nodes.fenced).toEqual([]);
  },
  patient(120_000),
);
