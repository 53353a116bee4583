// The API of videos on a real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ReplayedLine, ShownVideo, VideoView } from "#schema/api/videos.ts";
import { DATE_MS, madeVideo } from "#schema/queries/videos/testing.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let owner: TestUser;
let channelId: string;
beforeAll(async () => {
  edge = await testEdge();
  owner = await edge.register();
  channelId = String((await edge.ask("GET", `/api/v1/channels/${owner.login}`)).body.id);
});
afterAll(() => edge.close());

const sql = () => edge.world.database.sql;
const read = async (id: string, token?: string) =>
  (await edge.ask("GET", `/api/v1/videos/${id}`, token ? { token } : {})).body as unknown as ShownVideo;

test("a channel's videos come page by page, and its owner sees all of them", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i++)
    ids.unshift(await madeVideo(sql(), channelId, { title: `Part ${i}`, visibility: i === 2 ? "private" : "public" }));
  const pages = async (token?: string) => {
    const found: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const path: string = `/api/v1/videos?channel=${owner.login}&limit=2&cursor=${cursor}`;
      const page = (await edge.ask("GET", path, token ? { token } : {})).body as {
        items: VideoView[];
        nextCursor: string | null;
      };
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    return found;
  };
  expect(await pages(owner.token)).toEqual(ids);
  expect(await pages()).toEqual(ids.filter((_, i) => i !== 2));
  const found = await edge.ask("GET", "/api/v1/videos?q=part+4");
  expect((found.body.items as VideoView[]).map(({ title }) => title)).toEqual(["Part 4"]);
  expect((await edge.ask("GET", "/api/v1/videos?q=%25")).body).toEqual({ items: [], nextCursor: null });
  expect((await edge.ask("GET", "/api/v1/videos?channel=nobody_here")).status).toBe(404);
  expect((await edge.ask("GET", "/api/v1/videos?cursor=x")).status).toBe(422);
});

test("owner and editors change and delete a video, a stranger does neither", async () => {
  const id = await madeVideo(sql(), channelId);
  const [editor, stranger] = [await edge.register(), await edge.register()];
  await edge.ask("PUT", `/api/v1/channels/${owner.login}/editors/${editor.login}`, { token: owner.token });
  const change = (token: string, json: object) => edge.ask("PATCH", `/api/v1/videos/${id}`, { token, json });
  expect((await change(stranger.token, { title: "x" })).status).toBe(403);
  expect((await change(editor.token, { title: "Another", pinned: true })).body).toMatchObject({
    title: "Another",
    pinned: true,
  });
  for (const json of [{ title: "" }, { title: "\u200b" }, { views: 9 }, { visibility: "followers-only" }])
    expect((await change(owner.token, json)).status).toBe(422);
  const remove = (token: string, of = id) => edge.ask("DELETE", `/api/v1/videos/${of}`, { token });
  expect((await remove(stranger.token)).status).toBe(403);
  expect([(await remove(editor.token)).status, (await remove(editor.token)).status]).toEqual([204, 404]);
  expect((await edge.ask("GET", `/videos/${id}/index.m3u8`)).status).toBe(404);
  const running = await madeVideo(sql(), channelId, { status: "recording" });
  expect((await remove(owner.token, running)).body.code).toBe("still_recording");
});

test("a position is remembered for its person alone", async () => {
  const id = await madeVideo(sql(), channelId, { sessions: [{ segments: 60 }] });
  const viewer = await edge.register();
  const put = (of: string, positionMs: unknown) =>
    edge.ask("PUT", `/api/v1/videos/${of}/position`, { token: viewer.token, json: { positionMs } });
  expect((await put(id, 50_000)).status).toBe(204);
  expect([
    (await read(id, viewer.token)).positionMs,
    (await read(id, owner.token)).positionMs,
    (await read(id)).positionMs,
  ]).toEqual([50_000, null, null]);
  await put(id, 118_000);
  expect((await read(id, viewer.token)).positionMs).toBeNull();
  expect([(await put(id, -1)).status, (await put(id, 1.5)).status, (await put(crypto.randomUUID(), 5)).status]).toEqual(
    [422, 422, 404],
  );
  const followers = await madeVideo(sql(), channelId, { visibility: "followers" });
  expect((await put(followers, 5_000)).body.code).toBe("followers_only");
});

test("chapters are where title and category changed in the picture, not on the clock", async () => {
  const sessions = [{ segments: 30 }, { segments: 30, afterMs: 40_000 }];
  const id = await madeVideo(sql(), channelId, {
    title: "Last",
    sessions,
    broadcast: { title: "First", category: "Chess" },
  });
  const change = (atMs: number, title: string) => sql()`
    INSERT INTO broadcast_changes (broadcast_id, at, title) VALUES (${id}, to_timestamp(${(DATE_MS + atMs) / 1_000}::float8), ${title})`;
  await change(30_000, "Typo");
  await change(34_000, "Second");
  await change(110_000, "Third");
  await change(900_000, "When it was over");
  expect((await read(id)).chapters).toEqual([
    { startMs: 0, title: "First", category: "Chess" },
    { startMs: 30_000, title: "Second", category: null },
    { startMs: 70_000, title: "Third", category: null },
  ]);
  expect((await read(await madeVideo(sql(), channelId, { kind: "upload" }))).chapters).toEqual([]);
});

test("a change of the title on air is a chapter, off air it is none", async () => {
  const streamer = await edge.register();
  const channel = String((await edge.ask("GET", `/api/v1/channels/${streamer.login}`)).body.id);
  const change = (json: object) =>
    edge.ask("PATCH", `/api/v1/channels/${streamer.login}`, { token: streamer.token, json });
  const changes = async () =>
    (
      await sql()`SELECT c.title FROM broadcast_changes c JOIN broadcasts b ON b.id = c.broadcast_id WHERE b.channel_id = ${channel} ORDER BY at`
    ).map(({ title }) => title);
  await change({ title: "Before" });
  await madeVideo(sql(), channel, { status: "recording", broadcast: { title: "Before" } });
  await change({ title: "On air" });
  await change({ mature: true });
  expect(await changes()).toEqual(["On air"]);
});

test("a line is replayed at its picture, after three encoders too, page by page, also while it is recorded", async () => {
  const streamer = await edge.register();
  const channel = String((await edge.ask("GET", `/api/v1/channels/${streamer.login}`)).body.id);
  const sessions = [{ segments: 10 }, { segments: 10, afterMs: 7_000 }, { segments: 10, afterMs: 33_000, gaps: 3 }];
  const id = await madeVideo(sql(), channel, { status: "recording", sessions });
  const said = [
    [-500, "early"],
    [1_000, "one"],
    [19_999, "two"],
    [23_000, "in the hole"],
    [28_000, "three"],
    [60_000, "in the gap"],
    [95_000, "four"],
    [150_000, "late"],
  ] as const;
  for (const [seq, [atMs, body]] of said.entries())
    await sql()`
      INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, body, author)
      VALUES (${channel}, ${seq + 1}, 1, gen_random_uuid(), 'line', to_timestamp(${(DATE_MS + atMs) / 1_000}::float8), ${body},
        ${sql().json({ id: crypto.randomUUID(), login: "ada", displayName: "Ada", color: "#123456", badges: [] })})`;
  const replay = async (query: string) => {
    const { items, nextCursor } = (await edge.ask("GET", `/api/v1/videos/${id}/chat?${query}`)).body as {
      items: ReplayedLine[];
      nextCursor: string | null;
    };
    return { lines: items.map(({ offsetMs, body }) => [offsetMs, body]), nextCursor };
  };
  const { lines } = await replay("limit=100");
  // The hole without rows is not in the video: behind it 7 s less than on the clock.
  expect(lines).toEqual([
    [1_000, "one"],
    [19_999, "two"],
    [20_000, "in the hole"],
    [21_000, "three"],
    [53_000, "in the gap"],
    [88_000, "four"],
  ]);
  const paged: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof replay>> = await replay(`limit=1&cursor=${cursor}`);
    paged.push(...page.lines);
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(lines);
  const parts = [
    await replay("fromMs=0&toMs=20000"),
    await replay("fromMs=20000&toMs=21000"),
    await replay("fromMs=21000"),
  ];
  expect(parts.map((part) => part.lines.map(([, body]) => body))).toEqual([
    ["one", "two"],
    ["in the hole"],
    ["three", "in the gap", "four"],
  ]);
  expect((await replay("fromMs=99999999")).lines).toEqual([]);
});

test("how long videos are kept is the owner's to say, within what the instance keeps", async () => {
  const path = `/api/v1/channels/${owner.login}/retention`;
  const { token } = owner;
  const read = async () => (await edge.ask("GET", path, { token })).body;
  const instance = { instanceDays: 0, instanceBytes: 0, instanceChatDays: 0 };
  expect(await read()).toEqual({ days: null, bytes: null, chatDays: null, ...instance });
  await edge.ask("PATCH", path, { token, json: { days: 14, bytes: Number.MAX_SAFE_INTEGER, chatDays: 7 } });
  await edge.ask("PATCH", path, { token, json: { days: 0 } });
  expect(await read()).toMatchObject({ days: 0, bytes: Number.MAX_SAFE_INTEGER, chatDays: 7 });
  expect((await edge.ask("PATCH", path, { token, json: { days: null } })).body).toMatchObject({ days: null });
  expect((await edge.ask("PATCH", path, { token, json: { days: -1 } })).status).toBe(422);
});

test("how far an upload is, and what is missing in its file, is for those who keep it", async () => {
  const id = await madeVideo(sql(), channelId, { kind: "upload", status: "processing", broadcastId: null });
  await sql()`
    INSERT INTO uploads (video_id, user_id, file_name, bytes, part_bytes, expires_at, progress, warning)
    VALUES (${id}, ${owner.userId}, 'a.mp4', 5, 5, now(), 0.25, 'The file ends early: 3 s of 6 s.')`;
  const warning = "The file ends early: 3 s of 6 s.";
  expect(await read(id, owner.token)).toMatchObject({ status: "processing", progress: 0.25, warning });
  await sql()`UPDATE videos SET status = 'ready' WHERE id = ${id}`;
  expect(await read(id, owner.token)).toMatchObject({ status: "ready", progress: null, warning });
  expect(await read(id)).toMatchObject({ status: "ready", progress: null, warning: null });
  const listed = await edge.ask("GET", `/api/v1/videos?channel=${owner.login}`, { token: owner.token });
  expect((listed.body.items as VideoView[]).find((video) => video.id === id)?.warning).toBe(warning);
  await sql()`DELETE FROM videos WHERE id = ${id}`;
});
