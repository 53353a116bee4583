// The API and the media of clips on a real PostgreSQL and an object store in memory: who makes, sees and deletes them, and what they play.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parse, setOptions } from "hls-parser";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { ClipView } from "#schema/api/clips.ts";
import { clipDrawn } from "#schema/queries/clips/clip-pictures.ts";
import { madeVideo } from "#schema/queries/videos/testing.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

setOptions({ strictMode: true });

const objects = new MemoryObjects(systemClock);
let edge: TestEdge;
let owner: TestUser;
let viewer: TestUser;
let channelId: string;
beforeAll(async () => {
  edge = await testEdge({ objects, limits: { clipsPerMinutePerUser: 0 } });
  [owner, viewer] = [await edge.register(), await edge.register()];
  channelId = String((await edge.ask("GET", `/api/v1/channels/${owner.login}`)).body.id);
});
afterAll(() => edge.close());

const sql = () => edge.world.database.sql;
const make = (json: object, token: string | undefined = viewer.token) =>
  edge.ask("POST", `/api/v1/channels/${owner.login}/clips`, { json, ...(token && { token }) });
const made = async (json: object, token?: string) => {
  const { status, body } = await make(json, token);
  expect([status, body.code]).toEqual([201, undefined]);
  return body as unknown as ClipView;
};
const read = (id: string, token?: string) => edge.ask("GET", `/api/v1/clips/${id}`, token ? { token } : {});
const get = (path: string) => edge.ask("GET", path);

interface MediaText {
  segments: { uri: string }[];
  endlist: boolean;
  start: { offset: number; precise: boolean };
}

test("a clip points to its part of the video to the millisecond, and plays from there", async () => {
  const videoId = await madeVideo(sql(), channelId, { title: "Reef", renditions: { "480p": [{ segments: 10 }] } });
  const clip = await made({ videoId, endMs: 13_340, durationMs: 8_500, title: "The eel" });
  expect(clip).toMatchObject({
    ...{ title: "The eel", durationMs: 8_500, startOffsetMs: 840, endOffsetMs: 9_340, views: 0, visibility: "public" },
    ...{ maker: { login: viewer.login }, channel: { login: owner.login }, deletable: true },
    video: { id: videoId, title: "Reef", startMs: 4_840 },
    hlsUrl: `/clips/${clip.id}/index.m3u8`,
  });
  const index = await get(clip.hlsUrl!);
  expect(parse(index.text)).toMatchObject({ variants: [{ uri: "source.m3u8" }, { uri: "480p.m3u8" }] });
  for (const rendition of ["source", "480p"]) {
    const playlist = parse((await get(`/clips/${clip.id}/${rendition}.m3u8`)).text) as unknown as MediaText;
    expect(playlist).toMatchObject({ endlist: true, start: { offset: 0.84, precise: true } });
    expect(playlist.segments.map(({ uri }) => uri)).toEqual([2, 3, 4, 5, 6].map((n) => `${rendition}/s${n}-1.m4s`));
  }
  for (const number of [2, 7]) {
    const segment = { number, epoch: 1 };
    await objects.put(videoKey.segment(videoId, "source", segment), new Uint8Array(9), { contentType: "video/mp4" });
  }
  const status = async (path: string) => (await get(`/clips/${clip.id}/${path}`)).status;
  expect([await status("source/s2-1.m4s"), await status("source/s7-1.m4s"), await status("source/s3-1.m4s")]).toEqual([
    200, 404, 404,
  ]);
  for (const path of ["720p.m3u8", "x", "storyboard.vtt", "download-0.mp4", "download-9.mp4"])
    expect([path, await status(path)]).toEqual([path, 404]);
});

test("without an end it is the newest of the running broadcast; an end that comes soon is waited for, and a later one refused", async () => {
  const other = await edge.register();
  const { id: otherChannel } = (await edge.ask("GET", `/api/v1/channels/${other.login}`)).body;
  const ask = (json: object) =>
    edge.ask("POST", `/api/v1/channels/${other.login}/clips`, { token: viewer.token, json });
  expect((await ask({})).body.code).toBe("offline");
  const sessions = [{ segments: 20 }];
  const videoId = await madeVideo(sql(), String(otherChannel), { status: "recording", sessions });
  const newest = (await ask({})).body as unknown as ClipView;
  expect(newest).toMatchObject({ durationMs: 30_000, startOffsetMs: 0, video: { id: videoId, startMs: 10_000 } });
  const later = ask({ endMs: 41_000, durationMs: 5_000 });
  const never = ask({ endMs: 60_000 });
  await Bun.sleep(1_000);
  await sql()`
    INSERT INTO video_segments SELECT video_id, rendition, 20, epoch, at_ms + 40000, duration_ms, false, true, init_hash, bytes, sha256
    FROM video_segments WHERE video_id = ${videoId} AND number = 0`;
  expect(await later).toMatchObject({ status: 201, body: { endOffsetMs: 5_000, video: { startMs: 36_000 } } });
  expect((await never).body.code).toBe("not_stored_yet");
});

test("what cannot be a clip is refused by name", async () => {
  const sessions = [{ segments: 5 }, { segments: 5, afterMs: 4_000, gaps: 2 }];
  const videoId = await madeVideo(sql(), channelId, { sessions });
  const codeOf = async (json: object) => (await make({ videoId, ...json })).body.code;
  expect(await codeOf({ endMs: 30_000 })).toBe("part_unavailable");
  expect(await codeOf({ endMs: 3_000 })).toBe("part_unavailable");
  expect(await codeOf({ endMs: 12_000, durationMs: 5_000 })).toBe("part_unavailable");
  expect(await codeOf({ endMs: 24_500, durationMs: 5_000 })).toBeUndefined();
  for (const json of [{ durationMs: 4_999 }, { durationMs: 60_001 }, { endMs: -1 }, { title: "" }, { startMs: 1 }])
    expect(await codeOf(json)).toBe("validation_failed");
  expect((await make({ videoId: "x" })).body.code).toBe("not_found");
  expect((await make({ videoId: crypto.randomUUID() })).body.code).toBe("not_found");
  const stranger = await edge.register();
  const elsewhere = await edge.ask("POST", `/api/v1/channels/${stranger.login}/clips`, {
    token: viewer.token,
    json: { videoId, endMs: 9_000, durationMs: 5_000 },
  });
  expect(elsewhere.body.code).toBe("not_found");
  expect((await edge.ask("POST", `/api/v1/channels/${owner.login}/clips`, { json: { videoId } })).status).toBe(401);
});

test("a channel that wants no clips has none made, but by those who keep it", async () => {
  const videoId = await madeVideo(sql(), channelId);
  const turn = (clips: boolean) =>
    edge.ask("PATCH", `/api/v1/channels/${owner.login}`, { token: owner.token, json: { clips } });
  await turn(false);
  expect((await make({ videoId })).body.code).toBe("clips_off");
  expect((await edge.ask("GET", `/api/v1/videos/${videoId}`, { token: viewer.token })).body.clippable).toBe(false);
  expect((await make({ videoId }, owner.token)).status).toBe(201);
  await turn(true);
});

test("a clip is shown with its video's picture until it has one of its own, which goes with it", async () => {
  const videoId = await madeVideo(sql(), channelId, { pictures: ["thumbnail"] });
  const { id, thumbnailUrl } = await made({ videoId });
  const own = videoKey.clipThumbnail(videoId, id, 320);
  for (const [key, size] of [
    [videoKey.thumbnail(videoId, 320), 5],
    [own, 9],
  ] as const)
    await objects.put(key, new Uint8Array(size), { contentType: "image/jpeg" });
  const shown = async () => Number((await get(thumbnailUrl!)).headers.get("content-length"));
  expect(await shown()).toBe(5);
  await clipDrawn(sql(), id);
  await Bun.sleep(2_100);
  expect(await shown()).toBe(9);
  expect((await edge.ask("DELETE", `/api/v1/clips/${id}`, { token: owner.token })).status).toBe(204);
  for (let looks = 0; looks < 100 && objects.stored.has(own); looks++) await Bun.sleep(10);
  expect(objects.stored.has(own)).toBe(false);
  const bare = await made({ videoId: await madeVideo(sql(), channelId) });
  expect(bare.thumbnailUrl).toBeNull();
});

test("clips are made at a limited rate", async () => {
  const slow = await testEdge({ objects, limits: { clipsPerMinutePerUser: 2 } });
  try {
    const user = await slow.register();
    const channel = String((await slow.ask("GET", `/api/v1/channels/${user.login}`)).body.id);
    const videoId = await madeVideo(slow.world.database.sql, channel);
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const asked = { token: user.token, json: { videoId } };
      statuses.push((await slow.ask("POST", `/api/v1/channels/${user.login}/clips`, asked)).status);
    }
    expect(statuses).toEqual([201, 201, 429]);
  } finally {
    await slow.close();
  }
});

describe("rights", () => {
  test("follow the video: what becomes private takes its clips along, with every address of them", async () => {
    const videoId = await madeVideo(sql(), channelId);
    const { id, hlsUrl } = await made({ videoId });
    const media = hlsUrl!.replace("index", "source");
    expect((await get(media)).status).toBe(200);
    await edge.ask("PATCH", `/api/v1/videos/${videoId}`, { token: owner.token, json: { visibility: "private" } });
    await Bun.sleep(2_100);
    for (const path of [hlsUrl!, media, `/clips/${id}/download-1.mp4`]) expect((await get(path)).status).toBe(404);
    expect([(await read(id)).status, (await read(id, viewer.token)).status]).toEqual([404, 404]);
    const list = await edge.ask("GET", `/api/v1/channels/${owner.login}/clips`);
    expect((list.body.items as ClipView[]).some((clip) => clip.id === id)).toBe(false);
    const own = (await read(id, owner.token)).body as unknown as ClipView;
    expect(own.hlsUrl).toMatch(new RegExp(`^/clips/${id}/~[A-Za-z0-9_-]{66}/index.m3u8$`));
    expect((await get(own.hlsUrl!.replace("index", "source"))).status).toBe(200);
    expect((await make({ videoId })).body.code).toBe("not_found");
  });

  test("of a video for followers are those of followers", async () => {
    const videoId = await madeVideo(sql(), channelId, { visibility: "followers" });
    expect((await make({ videoId })).body.code).toBe("followers_only");
    const follower = await edge.register();
    await edge.ask("PUT", `/api/v1/me/follows/${owner.login}`, { token: follower.token });
    const { id, hlsUrl } = await made({ videoId }, follower.token);
    expect((await get(hlsUrl!.replace("index", "source"))).status).toBe(200);
    expect((await get(`/clips/${id}/source.m3u8`)).body.code).toBe("playback_denied");
    expect((await read(id, viewer.token)).body).toMatchObject({ hlsUrl: null, deletable: false });
    const download = await edge.ask("GET", `/api/v1/clips/${id}/download`, { token: viewer.token });
    expect(download.body.code).toBe("followers_only");
  });

  test("to delete have the maker, the channel's owner, editors and moderators", async () => {
    const videoId = await madeVideo(sql(), channelId);
    const [moderator, stranger] = [await edge.register(), await edge.register()];
    await edge.ask("PUT", `/api/v1/channels/${owner.login}/moderators/${moderator.login}`, { token: owner.token });
    const remove = (id: string, { token }: TestUser) => edge.ask("DELETE", `/api/v1/clips/${id}`, { token });
    for (const user of [viewer, owner, moderator]) {
      const { id } = await made({ videoId });
      expect((await read(id, user.token)).body.deletable).toBe(true);
      expect((await remove(id, stranger)).status).toBe(403);
      expect([(await remove(id, user)).status, (await read(id)).status]).toEqual([204, 404]);
    }
    const { id } = await made({ videoId });
    await edge.ask("DELETE", `/api/v1/videos/${videoId}`, { token: owner.token });
    expect((await read(id)).status).toBe(404);
  });
});

test("a channel's clips come page by page, and of one video alone", async () => {
  const user = await edge.register();
  const channel = String((await edge.ask("GET", `/api/v1/channels/${user.login}`)).body.id);
  const [one, other] = [await madeVideo(sql(), channel), await madeVideo(sql(), channel)];
  const ids: string[] = [];
  for (const videoId of [one, other, one])
    ids.unshift(
      String(
        (await edge.ask("POST", `/api/v1/channels/${user.login}/clips`, { token: user.token, json: { videoId } })).body
          .id,
      ),
    );
  const path = `/api/v1/channels/${user.login}/clips`;
  const first = (await get(`${path}?limit=2`)).body as { items: ClipView[]; nextCursor: string };
  const second = (await get(`${path}?limit=2&cursor=${first.nextCursor}`)).body as {
    items: ClipView[];
    nextCursor: null;
  };
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect(second.nextCursor).toBeNull();
  const ofOne = (await get(`${path}?video=${one}`)).body.items as ClipView[];
  expect(ofOne.map(({ id }) => id)).toEqual([ids[0]!, ids[2]!]);
  expect((await get(`${path}?video=x`)).status).toBe(404);
  expect((await get("/api/v1/channels/nobody_here/clips")).status).toBe(404);
});

test("who watches a clip is a view of the clip, and none of its video", async () => {
  const videoId = await madeVideo(sql(), channelId);
  const { id } = await made({ videoId });
  const viewerName = "v".repeat(22);
  const index = (await get(`/clips/${id}/index.m3u8?viewer=${viewerName}`)).text;
  const uri = index.split("\n").find((line) => line.startsWith("source.m3u8"))!;
  for (let i = 0; i < 3; i++) await get(`/clips/${id}/${uri}`);
  await get(`/clips/${id}/source.m3u8`);
  await edge.videos.views.write();
  const { views } = (await read(id)).body;
  const video = (await edge.ask("GET", `/api/v1/videos/${videoId}`)).body;
  expect([views, video.views]).toEqual([2, 0]);
});
