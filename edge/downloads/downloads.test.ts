// Downloads of clips and videos, decoded by FFmpeg: to the frame, over reconnects, in ranges, and for whom.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { ClipView, DownloadView } from "#schema/api/clips.ts";
import { madeVideo } from "#schema/queries/videos/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { decoded, pictures, recordedVideo } from "./testing-media.ts";

const objects = new MemoryObjects(systemClock);
let edge: TestEdge;
let owner: TestUser;
let viewer: TestUser;
let channelId: string;
/** Two sessions of an encoder, and a third one with another picture. */
let video: string;
beforeAll(async () => {
  edge = await testEdge({ objects });
  [owner, viewer] = [await edge.register(), await edge.register()];
  channelId = String((await edge.ask("GET", `/api/v1/channels/${owner.login}`)).body.id);
  const sessions = [{ seconds: 6 }, { seconds: 4, startS: 700, gapS: 2 }, { seconds: 4, size: "128x72", startS: 5 }];
  video = await recordedVideo({ sql: edge.world.database.sql, objects, channelId }, sessions);
}, patient(60_000));
afterAll(() => edge.close());

async function clip(endMs: number, durationMs: number, of = video): Promise<ClipView> {
  const json = { videoId: of, endMs, durationMs, title: "Mine" };
  const made = await edge.ask("POST", `/api/v1/channels/${owner.login}/clips`, { token: viewer.token, json });
  expect(made.status).toBe(201);
  return made.body as unknown as ClipView;
}
async function files(path: string, token?: string): Promise<DownloadView["files"]> {
  const answer = await edge.ask("GET", `/api/v1/${path}/download`, token ? { token } : {});
  expect(answer.status).toBe(200);
  return (answer.body as unknown as DownloadView).files;
}
const raw = (path: string, init?: RequestInit) => edge.videos.fetch(new Request(`http://edge.test${path}`, init))!;
const bytesOf = async (path: string, init?: RequestInit) => (await raw(path, init)).bytes();

describe("a clip as MP4", () => {
  test("shows each picture of its part and no other one, from the middle of a group of pictures", async () => {
    const { id } = await clip(5_600, 5_000);
    const [file, ...more] = await files(`clips/${id}`);
    expect([more, file]).toMatchObject([[], { startMs: 0, durationMs: 6_000 }]);
    const { complaints, ...shown } = await decoded(await bytesOf(file!.url));
    expect(complaints).toBe("");
    expect(shown.pictures).toEqual(pictures(15, 140));
    expect(Math.abs(shown.durationMs - 5_000)).toBeLessThan(1);
    expect(Math.abs(shown.soundMs - 5_000)).toBeLessThan(50);
  });

  test("goes on over a reconnect, and holds its last picture over what was lost", async () => {
    const { id } = await clip(10_000, 6_000);
    const [file, ...more] = await files(`clips/${id}`);
    expect(more).toEqual([]);
    const { complaints, ...shown } = await decoded(await bytesOf(file!.url));
    expect(complaints).toBe("");
    expect(shown.pictures).toEqual([...pictures(100, 150), ...pictures(0, 50)]);
    expect(Math.abs(shown.durationMs - 6_000)).toBeLessThan(1);
  });

  test("is two files where the encoder came back with another picture", async () => {
    const { id } = await clip(14_000, 5_000);
    const parts = await files(`clips/${id}`);
    expect(parts.map(({ startMs }) => startMs)).toEqual([0, 4_000]);
    const shown = await Promise.all(parts.map(async ({ url }) => decoded(await bytesOf(url))));
    expect(shown.map(({ complaints }) => complaints)).toEqual(["", ""]);
    expect(shown.map((one) => one.pictures)).toEqual([pictures(25, 100), pictures(0, 50)]);
  });
});

describe("a video as MP4", () => {
  test("is one file for sessions of equal tracks, without what was lost, and decodes to all of their pictures", async () => {
    const parts = await files(`videos/${video}`, owner.token);
    expect(parts).toMatchObject([
      { startMs: 0, durationMs: 10_000 },
      { startMs: 12_000, durationMs: 4_000 },
    ]);
    const [first, second] = await Promise.all(parts.map(async ({ url }) => decoded(await bytesOf(url))));
    expect([first!.complaints, second!.complaints]).toEqual(["", ""]);
    expect(first!.pictures).toEqual([...pictures(0, 150), ...pictures(0, 100)]);
    expect(second!.pictures).toEqual(pictures(0, 100));
    // Its first picture is decoded two pictures before it is shown.
    expect(Math.abs(first!.durationMs - 10_080)).toBeLessThan(60);
    expect(Math.abs(first!.soundMs - 10_000)).toBeLessThan(150);
  });

  test("comes in ranges that are the same bytes, with a name that browsers understand", async () => {
    const [{ url }] = (await files(`videos/${video}`, owner.token)) as [DownloadView["files"][0]];
    const answer = await raw(url);
    const whole = await answer.bytes();
    expect(answer.headers.get("content-length")).toBe(String(whole.length));
    expect(answer.headers.get("content-disposition")).toContain(
      "filename*=UTF-8''Nuts%20%26%20%E2%80%9Cbolts%E2%80%9D.mp4",
    );
    const etag = answer.headers.get("etag")!;
    for (const [from, to] of [
      [0, 0],
      [500, 40_000],
      [whole.length - 3, whole.length - 1],
      [20_000, whole.length - 1],
    ] as const) {
      const part = await raw(url, { headers: { range: `bytes=${from}-${to}`, "if-range": etag } });
      expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes ${from}-${to}/${whole.length}`]);
      expect(Bun.hash(await part.bytes())).toBe(Bun.hash(whole.subarray(from, to + 1)));
    }
    const other = await raw(url, { headers: { range: "bytes=0-1", "if-range": '"old"' } });
    expect(other.status).toBe(200);
    await other.body!.cancel();
    expect((await raw(url, { headers: { range: `bytes=${whole.length}-` } })).status).toBe(416);
    const head = await raw(url, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(whole.length)]);
  });

  test("is its owner's alone, until the channel says otherwise", async () => {
    const path = `/api/v1/videos/${video}/download`;
    const [{ url }] = (await files(`videos/${video}`, owner.token)) as [DownloadView["files"][0]];
    expect((await edge.ask("GET", path, { token: viewer.token })).body.code).toBe("downloads_off");
    const plain = url.replace(/~[^/]+\//, "");
    expect(plain).not.toBe(url);
    expect((await raw(plain)).status).toBe(403);
    await edge.ask("PATCH", `/api/v1/channels/${owner.login}`, { token: owner.token, json: { downloads: true } });
    expect((await files(`videos/${video}`)).map((file) => file.url)[0]).toBe(plain);
    await Bun.sleep(2_100);
    const answer = await raw(plain);
    expect(answer.status).toBe(200);
    await answer.body!.cancel();
    const running = await madeVideo(edge.world.database.sql, channelId, { status: "recording" });
    const early = await edge.ask("GET", `/api/v1/videos/${running}/download`, { token: owner.token });
    expect(early.body.code).toBe("still_recording");
  });

  test("breaks off rather than be wrong, and so many at once are refused", async () => {
    const other = await recordedVideo({ sql: edge.world.database.sql, objects, channelId }, [{ seconds: 6 }]);
    const [{ url }] = (await files(`videos/${other}`, owner.token)) as [DownloadView["files"][0]];
    const open = await Promise.all(Array.from({ length: 8 }, () => raw(url)));
    expect(open.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const refused = await raw(url);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, "rate_limited"]);
    await Promise.all(open.slice(1).map(({ body }) => body!.cancel()));
    const key = [...objects.stored.keys()].find((one) => one.includes(other) && one.includes("/1-1.m4s"))!;
    await objects.remove([key]);
    await expect(open[0]!.bytes()).rejects.toThrow();
    const again = await raw(url, { headers: { range: "bytes=0-0" } });
    expect([again.status, (await again.bytes()).length]).toEqual([206, 1]);
  });
});
