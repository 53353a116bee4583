// Media of videos on a real PostgreSQL and an object store in memory: who may have them, and what players get.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parse, setOptions } from "hls-parser";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { DATE_MS, madeVideo } from "#schema/queries/videos/testing.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import { type AskOptions, type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { Delivery } from "./delivery.ts";

setOptions({ strictMode: true });

const objects = new MemoryObjects(systemClock);
let edge: TestEdge;
let owner: TestUser;
let channelId: string;
beforeAll(async () => {
  edge = await testEdge({ objects });
  owner = await edge.register();
  channelId = String((await edge.ask("GET", `/api/v1/channels/${owner.login}`)).body.id);
});
afterAll(() => edge.close());

const sql = () => edge.world.database.sql;
const get = (path: string, options?: AskOptions) => edge.ask("GET", path, options);
const hlsUrl = async (id: string, token?: string) =>
  (await get(`/api/v1/videos/${id}`, token === undefined ? {} : { token })).body.hlsUrl as string | null;

test("a finished recording has a playlist of its renditions, and each plays to its end", async () => {
  const id = await madeVideo(sql(), channelId, { renditions: { "480p": [{ segments: 10 }] } });
  const index = await get((await hlsUrl(id))!);
  expect([index.status, index.headers.get("content-type")]).toEqual([200, "application/vnd.apple.mpegurl"]);
  expect(parse(index.text)).toMatchObject({
    isMasterPlaylist: true,
    variants: [{ uri: "source.m3u8" }, { uri: "480p.m3u8" }],
  });
  const media = await get(`/videos/${id}/480p.m3u8`);
  expect(parse(media.text)).toMatchObject({ endlist: true, playlistType: "VOD", targetDuration: 2 });
  expect(media.headers.get("cache-control")).toBe("public, max-age=60");
  const again = await get(`/videos/${id}/480p.m3u8`, { headers: { "if-none-match": media.headers.get("etag")! } });
  expect([again.status, again.text]).toEqual([304, ""]);
  for (const path of ["720p.m3u8", "x", "source/s01-1.m4s", "../index.m3u8", "source/i../x.mp4"])
    expect([path, (await get(`/videos/${id}/${path}`)).status]).toEqual([path, 404]);
  expect((await get(`/videos/${crypto.randomUUID()}/index.m3u8`)).status).toBe(404);
});

test("a recording that runs is an EVENT that grows, and the same playlist ends when the recording does", async () => {
  const id = await madeVideo(sql(), channelId, { status: "recording", sessions: [{ segments: 3 }] });
  const read = async () => {
    const { text, headers } = await get(`/videos/${id}/source.m3u8`);
    const playlist = parse(text) as unknown as { segments: unknown[]; endlist: boolean; playlistType: string };
    return [playlist.segments.length, playlist.playlistType, playlist.endlist, headers.get("cache-control")];
  };
  expect(await read()).toEqual([3, "EVENT", false, "no-cache"]);
  await sql()`
    INSERT INTO video_segments SELECT video_id, rendition, 3, epoch, at_ms + 6000, duration_ms, false, true, init_hash, bytes, sha256
    FROM video_segments WHERE video_id = ${id} AND number = 0`;
  await Bun.sleep(1_100);
  expect(await read()).toEqual([4, "EVENT", false, "no-cache"]);
  await sql()`UPDATE videos SET status = 'ready', finished_at = now() WHERE id = ${id}`;
  await Bun.sleep(2_100);
  expect(await read()).toEqual([4, "VOD", true, "public, max-age=60"]);
});

test("what is on its way in a recording that runs is waited for, and what never comes becomes a gap", async () => {
  /** Numbers 0, 1, 3 and 4, of which the last one ended so long ago. */
  const listed = async (agoMs: number) => {
    const sessions = [{ segments: 2 }, { segments: 2, skipped: 1, afterMs: 2_000, discontinuity: false }];
    const id = await madeVideo(sql(), channelId, { status: "recording", sessions });
    const byMs = Date.now() - agoMs - (DATE_MS + 10_000);
    await sql()`UPDATE video_segments SET at_ms = at_ms + ${byMs} WHERE video_id = ${id}`;
    return (await get(`/videos/${id}/source.m3u8`)).text.match(/#EXTINF|#EXT-X-GAP/g)!.length;
  };
  expect([await listed(1_000), await listed(60_000)]).toEqual([2, 6]);
});

describe("rights", () => {
  test("of a private video have its owner, editors and admins; to others it does not exist", async () => {
    const id = await madeVideo(sql(), channelId, { visibility: "private" });
    const stranger = await edge.register();
    const url = (await hlsUrl(id, owner.token))!;
    expect(url).toMatch(new RegExp(`^/videos/${id}/~[A-Za-z0-9_-]{66}/index.m3u8$`));
    const media = url.replace("index", "source");
    expect([(await get(url)).status, (await get(media)).status]).toEqual([200, 200]);
    expect((await get(media)).headers.get("cache-control")).toBe("private, max-age=60");
    for (const token of [undefined, stranger.token])
      expect((await get(`/api/v1/videos/${id}`, token ? { token } : {})).body.code).toBe("not_found");
    const absent = crypto.randomUUID();
    const [hidden, none] = [await get(`/videos/${id}/index.m3u8`), await get(`/videos/${absent}/index.m3u8`)];
    const shown = ({ status, body: { requestId: _, ...body } }: typeof hidden) => ({ status, body });
    expect(shown(hidden)).toEqual(shown(none));
    // A token is for one video, and a forged one for none.
    const other = await madeVideo(sql(), channelId, { visibility: "private" });
    expect((await get(url.replace(id, other))).status).toBe(404);
    expect((await get(url.replace(/.{3}\/index/, "AAA/index"))).status).toBe(404);
  });

  test("of a video for followers end with another visibility", async () => {
    const id = await madeVideo(sql(), channelId, { visibility: "followers" });
    const follower = await edge.register();
    expect(await hlsUrl(id, follower.token)).toBeNull();
    await edge.ask("PUT", `/api/v1/me/follows/${owner.login}`, { token: follower.token });
    const media = (await hlsUrl(id, follower.token))!.replace("index", "source");
    expect((await get(media)).status).toBe(200);
    expect((await get(`/videos/${id}/source.m3u8`)).body.code).toBe("playback_denied");
    await edge.ask("PATCH", `/api/v1/videos/${id}`, { token: owner.token, json: { visibility: "private" } });
    await Bun.sleep(2_100);
    expect((await get(media)).status).toBe(404);
  });
});

describe("segments", () => {
  let id: string;
  const path = (number: number) => `/videos/${id}/source/s${number}-1.m4s`;
  const bytes = crypto.getRandomValues(new Uint8Array(40_000));
  beforeAll(async () => {
    id = await madeVideo(sql(), channelId);
    await objects.put(videoKey.segment(id, "source", { number: 0, epoch: 1 }), bytes, { contentType: "video/mp4" });
  });
  const raw = (path: string, init?: RequestInit) => edge.videos.fetch(new Request(`http://edge.test${path}`, init))!;

  test("come whole, in ranges and as a head, for ever", async () => {
    const whole = await raw(path(0));
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes);
    expect(whole.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect([whole.headers.get("content-length"), whole.headers.get("content-type")]).toEqual(["40000", "video/mp4"]);
    for (const [range, from, to] of [
      ["bytes=0-99", 0, 99],
      ["bytes=39990-", 39_990, 39_999],
      ["bytes=-5", 39_995, 39_999],
    ] as const) {
      const part = await raw(path(0), { headers: { range } });
      expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes ${from}-${to}/40000`]);
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(from, to + 1));
    }
    const outside = await raw(path(0), { headers: { range: "bytes=40000-" } });
    expect([outside.status, outside.headers.get("content-range")]).toEqual([416, "bytes */40000"]);
    const head = await raw(path(0), { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "40000"]);
    expect([(await raw(path(1))).status, (await raw(path(0), { method: "OPTIONS" })).status]).toEqual([404, 204]);
  });

  test("are refused with 503 while the store is away, but for those that this edge has", async () => {
    objects.fault = () => "before";
    const [kept, away] = [await raw(path(0)), await raw(path(3))];
    objects.fault = () => undefined;
    expect([kept.status, away.status, away.headers.has("retry-after")]).toEqual([200, 503, true]);
  });

  test("are read from the store once, however many ask, and readers that stand still keep nobody waiting", async () => {
    await objects.put(videoKey.segment(id, "source", { number: 2, epoch: 1 }), bytes, { contentType: "video/mp4" });
    let reads = 0;
    objects.fault = (request) => void (request === "get" && reads++);
    const answers = await Promise.all(Array.from({ length: 600 }, () => raw(path(2))));
    expect(new Uint8Array(await (await raw(path(2))).arrayBuffer())).toEqual(bytes);
    objects.fault = () => undefined;
    expect([reads, new Set(answers.map(({ status }) => status))]).toEqual([1, new Set([200])]);
    for (const answer of answers) await answer.body!.cancel();
  });
});

test("with VIDEO_DELIVERY=presigned players are sent to the store, and caches forget the address while it holds", async () => {
  const delivery = new Delivery({ objects, mode: "presigned", clock: systemClock, cacheBytesMax: 1 });
  const object = { key: "videos/x/source/0-1.m4s", contentType: "video/mp4" };
  const ask = (cacheControl: string) => delivery.answer(new Request("http://edge.test/x"), { ...object, cacheControl });
  const answer = await ask("public, max-age=31536000, immutable");
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([302, "public, max-age=1800"]);
  expect(answer.headers.get("location")).toContain(object.key);
  expect((await ask("private, max-age=31536000")).headers.get("cache-control")).toBe("private, max-age=1800");
});

test("a view is a session that asks for a playlist, once, by whatever rendition and however often", async () => {
  const id = await madeVideo(sql(), channelId, { renditions: { "480p": [{ segments: 10 }] } });
  const views = async () => {
    await edge.videos.views.write();
    return (await get(`/api/v1/videos/${id}`)).body.views;
  };
  const named = await get(`/videos/${id}/index.m3u8?viewer=${"v".repeat(20)}`);
  const uris = named.text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(uris).toHaveLength(2);
  expect(await views()).toBe(0);
  for (const uri of [...uris, ...uris]) await get(`/videos/${id}/${uri}`);
  expect(await views()).toBe(1);
  for (const from of ["192.0.2.1", "192.0.2.1", "192.0.2.2"]) await get(`/videos/${id}/source.m3u8`, { from });
  expect(await views()).toBe(3);
});

test("a storyboard is WebVTT with the place of each picture", async () => {
  const storyboard = { intervalMs: 5_000, width: 160, height: 90, columns: 2, rows: 1, count: 4 };
  const id = await madeVideo(sql(), channelId, { storyboard });
  const { url } = (await get(`/api/v1/videos/${id}`)).body.storyboard as { url: string };
  const { text, headers } = await get(url);
  expect(headers.get("content-type")).toBe("text/vtt; charset=utf-8");
  expect(text).toBe(`WEBVTT

00:00:00.000 --> 00:00:05.000
storyboard-0.jpg#xywh=0,0,160,90

00:00:05.000 --> 00:00:10.000
storyboard-0.jpg#xywh=160,0,160,90

00:00:10.000 --> 00:00:15.000
storyboard-1.jpg#xywh=0,0,160,90

00:00:15.000 --> 00:00:20.000
storyboard-1.jpg#xywh=160,0,160,90
`);
});
