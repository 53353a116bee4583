// The API of highlights on a real PostgreSQL: who makes them, of what, and which segments that is.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { ReplayedLine, ShownVideo } from "#schema/api/videos.ts";
import { finishHighlight, highlightPlan } from "#schema/queries/videos/highlights.ts";
import { DATE_MS, madeVideo } from "#schema/queries/videos/testing.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let owner: TestUser;
let channelId: string;
beforeAll(async () => {
  edge = await testEdge({ objects: new MemoryObjects(systemClock) });
  owner = await edge.register();
  channelId = String((await edge.ask("GET", `/api/v1/channels/${owner.login}`)).body.id);
});
afterAll(() => edge.close());

const sql = () => edge.world.database.sql;
const make = (json: object, token = owner.token) =>
  edge.ask("POST", `/api/v1/channels/${owner.login}/highlights`, { json, token });
const seconds = (...parts: [from: number, to: number][]) =>
  parts.map(([from, to]) => ({ startMs: from * 1_000, endMs: to * 1_000 }));
const partsOf = async (id: unknown) =>
  (await sql()`SELECT first_number, last_number FROM highlight_parts WHERE video_id = ${String(id)} ORDER BY part`).map(
    (row) => [Number(row.first_number), Number(row.last_number)],
  );
/** As its actor does, once all is copied. */
async function ready(videoId: string) {
  const plan = await highlightPlan(sql(), videoId);
  if (plan === null || typeof plan === "string") throw new Error(`no plan: ${plan}`);
  await sql()`UPDATE actors SET epoch = 1 WHERE kind = 'video' AND key = ${videoId}`;
  expect(await finishHighlight(sql(), { videoId, epoch: 1 }, plan)).toBe(true);
}

test("parts are the segments in which they lie, in the order of the video; those that meet become one", async () => {
  const videoId = await madeVideo(sql(), channelId, { title: "Reef", visibility: "unlisted" });
  const { status, body } = await make({ videoId, parts: seconds([13, 17.5], [1, 3.9], [4.1, 5.5]), title: "Two eels" });
  expect([status, body]).toMatchObject([
    201,
    { kind: "highlight", status: "processing", title: "Two eels", visibility: "unlisted", pinned: true, hlsUrl: null },
  ]);
  expect(await partsOf(body.id)).toEqual([
    [0, 2],
    [6, 8],
  ]);
  const plain = await make({ videoId, parts: seconds([0, 20]), visibility: "private" });
  expect(plain.body).toMatchObject({ title: "Reef", visibility: "private" });
  expect(await partsOf(plain.body.id)).toEqual([[0, 9]]);
});

test("what cannot be a highlight is refused by name", async () => {
  const sessions = [{ segments: 5 }, { segments: 5, afterMs: 4_000, gaps: 2 }];
  const videoId = await madeVideo(sql(), channelId, { sessions });
  const codeOf = async (parts: object[], of: object = { videoId }) => (await make({ ...of, parts })).body.code;
  expect(await codeOf(seconds([0, 0.9]))).toBe("part_unavailable");
  expect(await codeOf(seconds([5, 4]))).toBe("part_unavailable");
  expect(await codeOf(seconds([0, 26]))).toBe("part_unavailable");
  expect(await codeOf(seconds([11, 20]))).toBe("part_unavailable");
  expect(await codeOf(seconds([2, 24.5]))).toBeUndefined();
  for (const parts of [[], [{ startMs: -1, endMs: 5_000 }], [{ startMs: 0 }], seconds(...Array(51).fill([0, 2]))])
    expect(await codeOf(parts)).toBe("validation_failed");
  for (const missing of ["x", crypto.randomUUID()])
    expect(await codeOf(seconds([0, 4]), { videoId: missing })).toBe("not_found");
  const running = await madeVideo(sql(), channelId, { status: "recording" });
  expect(await codeOf(seconds([0, 4]), { videoId: running })).toBe("still_recording");
  const long = await madeVideo(sql(), channelId, { sessions: [{ segments: 12, durationMs: 3_600_000 }] });
  expect(await codeOf(seconds([0, 7 * 3_600]), { videoId: long })).toBe("highlight_too_long");
});

test("owner and editors make them, others do not, and each of videos of the channel alone", async () => {
  const [editor, stranger] = [await edge.register(), await edge.register()];
  await edge.ask("PUT", `/api/v1/channels/${owner.login}/editors/${editor.login}`, { token: owner.token });
  const videoId = await madeVideo(sql(), channelId);
  const body = { videoId, parts: seconds([0, 4]) };
  expect((await make(body, editor.token)).status).toBe(201);
  expect((await make(body, stranger.token)).status).toBe(403);
  const elsewhere = await edge.ask("POST", `/api/v1/channels/${stranger.login}/highlights`, {
    token: stranger.token,
    json: body,
  });
  expect(elsewhere.status).toBe(403);
  const seen = async (token?: string) =>
    (await edge.ask("GET", `/api/v1/videos/${videoId}`, token ? { token } : {})).body as unknown as ShownVideo;
  expect([(await seen(editor.token)).highlightable, (await seen(stranger.token)).highlightable]).toEqual([true, false]);
  expect((await seen()).highlightable).toBe(false);
});

test("the chat of a highlight is what was said in its parts, at its own positions, page by page", async () => {
  const videoId = await madeVideo(sql(), channelId, { sessions: [{ segments: 30 }] });
  const say = (seq: number, atMs: number) => sql()`
    INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, body, author)
    VALUES (${channelId}, ${seq}, 1, gen_random_uuid(), 'line', to_timestamp(${(DATE_MS + atMs) / 1_000}::float8), ${`line ${seq}`},
      ${sql().json({ login: "x", displayName: "X" })})`;
  for (const [seq, atMs] of [1_000, 5_000, 7_999, 8_000, 20_000, 39_999, 40_000, 45_500, 46_000].entries())
    await say(seq + 1, atMs);
  const { body } = await make({ videoId, parts: seconds([4, 7], [40, 45.9]) });
  const id = String(body.id);
  await ready(id);
  const lines: [seq: number, offsetMs: number][] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const path: string = `/api/v1/videos/${id}/chat?limit=2&cursor=${cursor}`;
    const page = (await edge.ask("GET", path)).body as { items: ReplayedLine[]; nextCursor: string | null };
    lines.push(...page.items.map(({ seq, offsetMs }) => [seq, offsetMs] as [number, number]));
    cursor = page.nextCursor;
  }
  expect(lines).toEqual([
    [2, 1_000],
    [3, 3_999],
    [7, 4_000],
    [8, 9_500],
  ]);
});
