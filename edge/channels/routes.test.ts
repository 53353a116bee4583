// The API of profiles, channels, stream keys and broadcasts, on real PostgreSQL and Redis.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { BroadcastView } from "#schema/api/broadcasts.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import { writeBroadcast } from "#schema/queries/channels/broadcast-writes.ts";
import { channelOfStreamKey } from "#schema/queries/channels/stream-keys.ts";
import { keys } from "#schema/redis/keys.ts";
import { standFor } from "#schema/testing.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";

const asked: unknown[] = [];
let actor: (message: { type: string }) => unknown = () => null;
const caller: Caller = {
  async call<Value>(kind: string, key: string, message: unknown) {
    asked.push({ kind, key, message });
    return actor(message as { type: string }) as Value;
  },
};

let edge: TestEdge;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  edge = await testEdge({ caller });
  ada = await edge.register("ada");
  bob = await edge.register("bob");
});
afterAll(() => edge.close());

const get = (path: string, token?: string) => edge.ask("GET", `/api/v1${path}`, token ? { token } : {});
const send = (method: string, path: string, json?: unknown, token?: string) =>
  edge.ask(method, `/api/v1${path}`, { ...(json === undefined ? {} : { json }), ...(token ? { token } : {}) });
const code = ({ status, body }: Answer) => [status, body.code];
const channelOf = async ({ login }: TestUser) => (await get(`/channels/${login}`)).body as unknown as ChannelView;

/** Adds a broadcast on air. */
async function goLive(user: TestUser, { phase = "live", viewers = 0, startedAt = new Date() } = {}): Promise<string> {
  const { id } = await channelOf(user);
  const broadcastId = Bun.randomUUIDv7("hex", startedAt.getTime());
  await edge.world.database.sql`
    INSERT INTO broadcasts (id, channel_id, title, phase, epoch, started_at) VALUES (${broadcastId}, ${id}, 'a title', ${phase}, 1, ${startedAt})`;
  await standFor(edge.world.database, id);
  if (viewers > 0) await edge.world.redis.set(keys.viewers(id), viewers, "PX", 60_000);
  return broadcastId;
}

const endAll = () =>
  edge.world.database.sql`UPDATE broadcasts SET phase = 'ended', ended_at = now() WHERE ended_at IS NULL`;

describe("me", () => {
  test("needs a valid access token that is not expired", async () => {
    expect((await get("/me", ada.token)).body).toEqual({
      id: ada.userId,
      login: "ada",
      displayName: "ada",
      email: "ada@example.org",
      pictureUrl: null,
      role: "user",
      color: null,
    });
    const without = await get("/me");
    expect([...code(without), without.headers.get("www-authenticate")]).toEqual([401, "not_signed_in", "Bearer"]);
    for (const token of ["x", "a.b.c", `${ada.token}x`, "x".repeat(100_000)])
      expect(code(await get("/me", token))).toEqual([401, "not_signed_in"]);
  });

  test("accepts a new display name and nothing else", async () => {
    const renamed = await send("PATCH", "/me", { displayName: "  Ada 🦆 " }, ada.token);
    expect([renamed.status, renamed.body.displayName]).toEqual([200, "Ada 🦆"]);
    for (const json of [
      { role: "admin" },
      { login: "root1" },
      { email: "x@y.zz" },
      { displayName: null },
      { displayName: " " },
      { displayName: "x".repeat(51) },
    ])
      expect(code(await send("PATCH", "/me", json, ada.token))).toEqual([422, "validation_failed"]);
    expect((await get("/me", ada.token)).body).toMatchObject({ displayName: "Ada 🦆", role: "user" });
    await send("PATCH", "/me", { displayName: "ada" }, ada.token);
  });

  test("a name's colour is six hexadecimal digits as they were typed, one of the palette, or none", async () => {
    const colored = async (color: unknown) => (await send("PATCH", "/me", { color }, ada.token)).body.color;
    expect(await colored("#0000FF")).toBe("#0000FF");
    expect(await colored("teal")).toBe("#0f8a7a");
    for (const color of ["red", "#GGGGGG", "#12345", "url(x)", "", 7, "#123456\n"])
      expect(code(await send("PATCH", "/me", { color }, ada.token))).toEqual([422, "validation_failed"]);
    expect((await get("/me", ada.token)).body).toMatchObject({ displayName: "ada", color: "#0f8a7a" });
    expect(await colored(null)).toBeNull();
  });

  test("authentication is checked before the body", async () => {
    expect(code(await send("PATCH", "/me", { role: "admin" }))).toEqual([401, "not_signed_in"]);
  });

  test("a deleted user's token is refused", async () => {
    const gone = await edge.register();
    await edge.world.database.sql`DELETE FROM users WHERE id = ${gone.userId}`;
    expect(code(await get("/me", gone.token))).toEqual([401, "not_signed_in"]);
  });
});

describe("a channel", () => {
  test("is the same by login in any letter case and by id", async () => {
    const byLogin = await get("/channels/ADA");
    expect(byLogin.body).toEqual({
      id: expect.any(String),
      login: "ada",
      displayName: "ada",
      title: "",
      category: null,
      categorySlug: null,
      tags: [],
      language: null,
      mature: false,
      followers: 0,
      visibility: "public",
      autoStart: true,
      record: true,
      clips: true,
      downloads: false,
      pictureUrl: null,
      bannerUrl: null,
      live: null,
    });
    expect((await get(`/channels/${byLogin.body.id}`)).body).toEqual(byLogin.body);
    expect((await get(`/channels/${String(byLogin.body.id).toUpperCase()}`)).body).toEqual(byLogin.body);
  });

  test.each([
    "nobody_here",
    "*",
    "%3E",
    "a.b",
    "a%20b",
    "%00",
    "%0d%0a",
    "a'--",
    crypto.randomUUID(),
    "x".repeat(4_000),
    "аda",
  ])("%s is not found", async (reference) => {
    expect(code(await get(`/channels/${reference}`))).toEqual([404, "not_found"]);
  });

  test("on air it has the playlist's URL and the number of viewers", async () => {
    const startedAt = new Date("2026-11-22T10:00:00.123Z");
    const broadcastId = await goLive(ada, { viewers: 7, startedAt });
    expect((await channelOf(ada)).live).toEqual({
      phase: "live",
      broadcastId,
      startedAt: "2026-11-22T10:00:00.123Z",
      viewers: 7,
      hlsUrl: "/live/ada/index.m3u8",
      dvrUrl: null,
      whepUrl: null,
      thumbnailUrl: "/live/ada/thumbnail.jpg",
    });
    await edge.world.database.sql`UPDATE broadcasts SET phase = 'lost' WHERE id = ${broadcastId}`;
    expect((await channelOf(ada)).live?.phase).toBe("lost");
    await endAll();
    expect((await channelOf(ada)).live).toBeNull();
  });

  test("what is recorded of it can be rewound by those who may watch it", async () => {
    const broadcastId = await goLive(ada);
    const { sql } = edge.world.database;
    const { id } = await channelOf(ada);
    const dvrUrl = async () => (await channelOf(ada)).live?.dvrUrl;
    await sql`INSERT INTO videos (id, channel_id, kind, status, title) VALUES (${broadcastId}, ${id}, 'recording', 'recording', '')`;
    expect(await dvrUrl()).toBeNull(); // Nothing of it is stored yet.
    await sql`UPDATE videos SET target_duration_ms = 2000 WHERE id = ${broadcastId}`;
    expect(await dvrUrl()).toBe("/live/ada/index.m3u8?dvr=1");
    await sql`UPDATE videos SET visibility = 'private' WHERE id = ${broadcastId}`;
    expect(await dvrUrl()).toBeNull();
    // Of a channel with a password each recording is private, and the right to watch is that of the channel.
    await sql`UPDATE channels SET visibility = 'password' WHERE id = ${id}`;
    expect(await dvrUrl()).toBe("/live/ada/index.m3u8?dvr=1");
    await sql`UPDATE channels SET visibility = 'public' WHERE id = ${id}`;
    await sql`UPDATE videos SET visibility = 'public', status = 'ready' WHERE id = ${broadcastId}`;
    expect(await dvrUrl()).toBeNull();
    await endAll();
  });

  test.each([
    ["public", "/live/ada/thumbnail.jpg"],
    ["unlisted", "/live/ada/thumbnail.jpg"],
    ["followers", null],
    ["password", null],
  ])("on air a %s channel has the thumbnail %s", async (visibility, url) => {
    await goLive(ada);
    const { sql } = edge.world.database;
    await sql`UPDATE channels SET visibility = ${visibility} WHERE user_id = ${ada.userId}`;
    expect((await channelOf(ada)).live?.thumbnailUrl).toBe(url);
    await sql`UPDATE channels SET visibility = 'public' WHERE user_id = ${ada.userId}`;
    await endAll();
  });

  test("its owner changes the given fields, and the others stay", async () => {
    const json = {
      title: "Night\u2009walk",
      category: "Music",
      tags: ["lofi", "rain", "lofi"],
      language: "pt-BR",
      mature: true,
      autoStart: false,
      record: false,
    };
    const changed = await send("PATCH", "/channels/ada", json, ada.token);
    expect([changed.status, changed.body]).toMatchObject([200, { ...json, tags: ["lofi", "rain"] }]);
    const again = await send(
      "PATCH",
      "/channels/ADA",
      { category: null, language: null, tags: [], autoStart: true, record: true },
      ada.token,
    );
    expect(again.body).toMatchObject({
      title: "Night\u2009walk",
      category: null,
      language: null,
      tags: [],
      mature: true,
      autoStart: true,
      record: true,
      clips: true,
      downloads: false,
    });
    expect((await send("PATCH", "/channels/ada", {}, ada.token)).status).toBe(200);
  });

  test.each([
    ["a title of 141 characters", { title: "x".repeat(141) }, "title"],
    ["a title with a line break", { title: "a\nb" }, "title"],
    ["a title with a NUL", { title: "a\u0000b" }, "title"],
    ["eleven tags", { tags: Array.from({ length: 11 }, (_, i) => `t${i}`) }, "tags"],
    ["an empty tag", { tags: ["ok", ""] }, "tags.1"],
    ["a category that is not in the list", { category: "Something of my own" }, "category"],
    ["a language of its own", { language: "english, please" }, "language"],
    ["mature as text", { mature: "false" }, "mature"],
    ["autoStart as text", { autoStart: "yes" }, "autoStart"],
    ["an unknown visibility", { visibility: "secret" }, "visibility"],
    ["a playback password of three characters", { playbackPassword: "abc" }, "playbackPassword"],
    ["record as a number", { record: 1 }, "record"],
    ["another owner", { userId: crypto.randomUUID() }, "userId"],
  ])("refuses %s", async (_, json, path) => {
    const answer = await send("PATCH", "/channels/ada", json, ada.token);
    expect(code(answer)).toEqual([422, "validation_failed"]);
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toEqual([path]);
  });

  test("strangers may not change it; admins may, until they lose the role", async () => {
    const json = { title: "mine now" };
    expect(code(await send("PATCH", "/channels/ada", json))).toEqual([401, "not_signed_in"]);
    expect(code(await send("PATCH", "/channels/ada", json, bob.token))).toEqual([403, "forbidden"]);
    expect(code(await send("PATCH", "/channels/nobody_here", json, bob.token))).toEqual([404, "not_found"]);
    const { sql } = edge.world.database;
    await sql`UPDATE users SET role = 'admin' WHERE id = ${bob.userId}`;
    expect((await send("PATCH", "/channels/ada", json, bob.token)).status).toBe(200);
    await sql`UPDATE users SET role = 'user' WHERE id = ${bob.userId}`;
    expect(code(await send("PATCH", "/channels/ada", json, bob.token))).toEqual([403, "forbidden"]);
  });
});

describe("stream keys", () => {
  test("are shown once, stored as a hash, and only the newest is valid", async () => {
    const before = await get("/channels/ada/stream-key", ada.token);
    expect(before.body).toEqual({ hint: null, rtmpUrl: "rtmp://127.0.0.1:1935/live", createdAt: null });
    const made = await send("POST", "/channels/ada/stream-key", undefined, ada.token);
    const streamKey = made.body.streamKey as string;
    expect([made.status, made.body]).toEqual([
      201,
      { streamKey: expect.stringMatching(/^live_[a-z2-7]{32}$/), rtmpUrl: "rtmp://127.0.0.1:1935/live" },
    ]);
    const shown = await get("/channels/ada/stream-key", ada.token);
    expect(shown.body).toEqual({
      hint: streamKey.slice(-4),
      rtmpUrl: "rtmp://127.0.0.1:1935/live",
      createdAt: expect.any(String),
    });
    expect(before.body).not.toHaveProperty("rtmpsUrl");
    const { sql } = edge.world.database;
    expect(await channelOfStreamKey(sql, streamKey)).toMatchObject({ login: "ada", userId: ada.userId });
    const rows = await sql`SELECT key_hash::text, hint FROM stream_keys`;
    expect(JSON.stringify(rows)).not.toContain(streamKey);
    const second = await send("POST", "/channels/ada/stream-key", {}, ada.token);
    expect(await channelOfStreamKey(sql, streamKey)).toBeNull();
    expect(await channelOfStreamKey(sql, second.body.streamKey as string)).toMatchObject({ login: "ada" });
  });

  test("only the owner reads or makes them, not even an admin, and a refusal reveals nothing of the channel", async () => {
    const { sql } = edge.world.database;
    await sql`UPDATE users SET role = 'admin' WHERE id = ${bob.userId}`;
    for (const method of ["GET", "POST"]) {
      expect(code(await send(method, "/channels/ada/stream-key", undefined, bob.token))).toEqual([403, "forbidden"]);
      expect(code(await send(method, "/channels/ada/stream-key"))).toEqual([401, "not_signed_in"]);
    }
    await sql`UPDATE users SET role = 'user' WHERE id = ${bob.userId}`;
  });
});

describe("the broadcast", () => {
  test("its owner gets its health from the actor", async () => {
    const { id } = await channelOf(ada);
    actor = () => ({ phase: "live", encoder: "OBS" });
    asked.length = 0;
    expect((await get("/channels/ada/broadcast", ada.token)).body).toEqual({ phase: "live", encoder: "OBS" });
    expect(asked).toEqual([{ kind: "channel", key: id, message: { type: "health" } }]);
    expect(code(await get("/channels/ada/broadcast", bob.token))).toEqual([403, "forbidden"]);
    expect(code(await get("/channels/ada/broadcast"))).toEqual([401, "not_signed_in"]);
  });

  test("only its owner may stop it", async () => {
    actor = () => null;
    asked.length = 0;
    expect(code(await send("POST", "/channels/ada/broadcast/stop", undefined, bob.token))).toEqual([403, "forbidden"]);
    expect(asked).toEqual([]);
    const stopped = await send("POST", "/channels/ada/broadcast/stop", undefined, ada.token);
    expect([stopped.status, stopped.text]).toEqual([204, ""]);
    expect(asked).toMatchObject([{ message: { type: "stop" } }]);
  });

  test("its owner and editors start it, strangers may not", async () => {
    actor = () => null;
    asked.length = 0;
    expect(code(await send("POST", "/channels/ada/broadcast/start", {}, bob.token))).toEqual([403, "forbidden"]);
    const started = await send("POST", "/channels/ada/broadcast/start", undefined, ada.token);
    expect([started.status, started.text]).toEqual([204, ""]);
    expect(asked).toMatchObject([{ message: { type: "start" } }]);
    actor = () => {
      throw new Refusal("not_publishing");
    };
    expect(code(await send("POST", "/channels/ada/broadcast/start", {}, ada.token))).toEqual([409, "not_publishing"]);
  });

  test("a preview is shown to its owner alone", async () => {
    const startedAt = "2026-11-29T10:00:00.000Z";
    const broadcastId = Bun.randomUUIDv7("hex", Date.parse(startedAt));
    actor = () => ({ phase: "preview", broadcastId, startedAt: null, viewers: 1 });
    expect((await get("/channels/ada", ada.token)).body.live).toMatchObject({
      phase: "preview",
      broadcastId,
      startedAt,
    });
    for (const token of [undefined, bob.token]) expect((await get("/channels/ada", token)).body.live).toBeNull();
    actor = () => {
      throw new Refusal("unavailable");
    };
    expect((await get("/channels/ada", ada.token)).body.live).toBeNull();
  });

  test("the history says how many watched and why it ended; what is not known any more stays as it was", async () => {
    const { id: channelId } = await channelOf(bob);
    const { sql } = edge.world.database;
    await sql`INSERT INTO actors (kind, key, epoch) VALUES ('channel', ${channelId}, 3)`;
    const entry = { id: Bun.randomUUIDv7(), channelId, epoch: 3, liveAtMs: Date.now(), endedAtMs: null };
    const known = { endReason: "stopped", viewersPeak: 12, viewersAverage: 7.5 } as const;
    await writeBroadcast(sql, { ...entry, phase: "live" });
    expect((await get(`/broadcasts/${entry.id}`)).body).toMatchObject({ endReason: null, viewersPeak: null });
    await writeBroadcast(sql, { ...entry, phase: "ended", endedAtMs: Date.now(), ...known });
    await writeBroadcast(sql, { ...entry, phase: "ended", endedAtMs: Date.now() });
    expect((await get("/channels/bob/broadcasts")).body.items).toMatchObject([{ id: entry.id, ...known }]);
  });

  test("refusals of the actor are passed on with their code", async () => {
    actor = () => {
      throw new Refusal("not_publishing");
    };
    expect(code(await send("POST", "/channels/ada/broadcast/stop", {}, ada.token))).toEqual([409, "not_publishing"]);
    actor = () => {
      throw new Refusal("busy", undefined, 4_000);
    };
    const busy = await get("/channels/ada/broadcast", ada.token);
    expect([...code(busy), busy.headers.get("retry-after")]).toEqual([503, "busy", "4"]);
  });

  test("past broadcasts are listed newest first, page by page, and found by id", async () => {
    const carl = await edge.register("carl");
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift(await goLive(carl, { startedAt: new Date(Date.UTC(2026, 0, 1 + i)) }));
    await endAll();
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Answer = await get(`/channels/carl/broadcasts?limit=2&cursor=${cursor}`);
      seen.push(...(page.body.items as BroadcastView[]).map((one) => one.id));
      cursor = page.body.nextCursor as string | null;
    }
    expect(seen).toEqual(ids);
    expect((await get(`/broadcasts/${ids[4]}`)).body).toEqual({
      id: ids[4],
      channelId: (await channelOf(carl)).id,
      title: "a title",
      phase: "ended",
      startedAt: "2026-01-01T00:00:00.000Z",
      endedAt: expect.any(String),
      endReason: null,
      viewersPeak: null,
      viewersUnique: null,
      viewersAverage: null,
    });
    for (const id of [crypto.randomUUID(), "1", "%00"])
      expect(code(await get(`/broadcasts/${id}`))).toEqual([404, "not_found"]);
  });
});

describe("the list of channels", () => {
  const logins = (answer: Answer) => (answer.body.items as ChannelView[]).map(({ login }) => login);
  const users: TestUser[] = [];
  beforeAll(async () => {
    await endAll();
    for (let i = 0; i < 6; i++) users.push(await edge.register(`dir_${i}`));
    await send("PATCH", "/channels/dir_3", { category: "Chess", title: "100% endgames_" }, users[3]!.token);
    await goLive(users[0]!, { viewers: 5, startedAt: new Date(1_000_000_000_000) });
    await goLive(users[3]!, { viewers: 9, startedAt: new Date(1_000_000_001_000) });
    await goLive(users[5]!, { phase: "lost", viewers: 5, startedAt: new Date(1_000_000_002_000) });
    await goLive(users[1]!, { startedAt: new Date(1_000_000_003_000) });
  });

  test("has the live channels, most watched first", async () => {
    const answer = await get("/channels?live=true");
    expect(logins(answer)).toEqual(["dir_3", "dir_5", "dir_0", "dir_1"]);
    expect(answer.body.nextCursor).toBeNull();
    expect((answer.body.items as ChannelView[]).map(({ live }) => live?.viewers)).toEqual([9, 5, 5, 0]);
  });

  test("can be sorted by start, and can have the channels that are not live", async () => {
    expect(logins(await get("/channels?live=true&sort=recent"))).toEqual(["dir_1", "dir_5", "dir_3", "dir_0"]);
    expect(logins(await get("/channels?live=false&q=dir_"))).toEqual(["dir_4", "dir_2"]);
    expect(logins(await get("/channels?q=dir_&sort=viewers"))).toEqual([
      "dir_3",
      "dir_5",
      "dir_0",
      "dir_1",
      "dir_4",
      "dir_2",
    ]);
  });

  test.each([
    "live=true",
    "live=true&sort=recent",
    "q=dir_",
    "q=dir_&sort=viewers",
    "live=false&sort=viewers",
    "sort=viewers",
  ])("pages of %s together are the whole list", async (query) => {
    const whole = logins(await get(`/channels?${query}&limit=100`));
    const paged: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Answer = await get(`/channels?${query}&limit=1&cursor=${cursor}`);
      paged.push(...logins(page));
      cursor = page.body.nextCursor as string | null;
    }
    expect(paged).toEqual(whole);
    expect(paged.length).toBeGreaterThan(1);
  });

  test("is filtered by category and by words, in which SQL wildcards are plain characters", async () => {
    expect(logins(await get("/channels?category=chess"))).toEqual(["dir_3"]);
    expect(logins(await get("/channels?category=Chess&live=true"))).toEqual(["dir_3"]);
    expect(logins(await get("/channels?q=ENDGAMES"))).toEqual(["dir_3"]);
    expect(logins(await get("/channels?q=100%25"))).toEqual(["dir_3"]);
    expect(logins(await get("/channels?q=%25"))).toEqual([]);
    expect(logins(await get("/channels?q=%27%20OR%201=1--"))).toEqual([]);
    expect((await get("/channels?live=&category=&q=&sort=&cursor=&limit=")).status).toBe(200);
    expect(logins(await get("/channels?category=chess&utm_source=news&page=2&__proto__=1"))).toEqual(["dir_3"]);
  });

  test.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=1e1", "limit"],
    ["live=maybe", "live"],
    ["sort=random", "sort"],
    ["cursor=garbage", "cursor"],
    [`q=${"x".repeat(101)}`, "q"],
  ])("refuses %s", async (query, path) => {
    const answer = await get(`/channels?${query}`);
    expect(code(answer)).toEqual([422, "validation_failed"]);
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toEqual([path]);
  });

  test("works without Redis, with counts of 0", async () => {
    const without = await testEdge({
      redisUrl: "redis://127.0.0.1:1",
      database: { database: edge.world.database, url: "postgres://x/y", drop: async () => {} },
    });
    const answer = await without.ask("GET", "/api/v1/channels?live=true");
    expect((answer.body.items as ChannelView[]).map(({ live }) => live?.viewers)).toEqual([0, 0, 0, 0]);
    await without.close();
  });
});

test("routes that are not built yet are not found", async () => {
  expect(code(await send("GET", "/clips", undefined, ada.token))).toEqual([404, "not_found"]);
});
