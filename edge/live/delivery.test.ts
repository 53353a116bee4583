// Budgets of bytes, hot links, byte ranges and what players report.

import { afterEach, expect, test } from "bun:test";
import { summaryOf } from "#schema/wire/players.ts";
import {
  CHANNEL,
  type EdgeOptions,
  startEdge,
  statusOf,
  TestOrigin,
  testTokens,
  windowHeaders,
  windowText,
} from "./testing.ts";

const PART = "source/p1-1-5.m4s";
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function setup(options: Partial<EdgeOptions> = {}) {
  const origin = new TestOrigin();
  const window = { from: 1, to: 5 };
  origin.has("source.m3u8", windowText(window), windowHeaders(window));
  origin.has(PART, new Uint8Array(1_000));
  const edge = startEdge({ status: statusOf({ origin: origin.url }), ...options });
  closing.push(
    () => edge.stop(),
    () => origin.die(),
  );
  return edge;
}

test("over its budget of bytes an address is refused until it is refilled, and others are not", async () => {
  const { get } = setup({ limits: { mediaBytesPerMinutePerIp: 3_500 } });
  const ask = (from: string, method = "GET") => get(PART, { method, headers: { "x-test-address": from } });
  for (let i = 0; i < 20; i++) expect((await ask("192.0.2.1", "HEAD")).status).toBe(200);
  for (let i = 0; i < 4; i++) expect((await ask("192.0.2.1")).status).toBe(200);
  const refused = await ask("192.0.2.1");
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, "rate_limited"]);
  expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 61);
  expect((await ask("192.0.2.2")).status).toBe(200);
  // Playlists are not counted: a player that is slowed down stays with the broadcast.
  expect((await get("source.m3u8", { headers: { "x-test-address": "192.0.2.1" } })).status).toBe(200);
});

test("a session has a budget of its own, at all its addresses", async () => {
  const { get } = setup({ limits: { mediaBytesPerMinutePerSession: 1_500 } });
  const session = "00112233445566ff";
  const { text } = testTokens.issue({ channelId: CHANNEL, grant: "watch", version: 1, session });
  const ask = (from: string) => get(`~${text}/${PART}`, { headers: { "x-test-address": from } });
  expect([(await ask("192.0.2.1")).status, (await ask("192.0.2.2")).status, (await ask("192.0.2.3")).status]).toEqual([
    200, 200, 429,
  ]);
  expect((await get(PART)).status).toBe(200);
});

test("where sites are named, pages of others get nothing, and players that are no page get all", async () => {
  const { get } = setup({ playbackOrigins: ["https://friend.example"] });
  const ask = (headers: Record<string, string>) => get(PART, { headers: { host: "edge", ...headers } });
  const outcome = async (headers: Record<string, string>) => {
    const { status, headers: got } = await ask(headers);
    return [status, got.get("access-control-allow-origin")];
  };
  expect(await outcome({})).toEqual([200, null]);
  expect(await outcome({ origin: "https://friend.example" })).toEqual([200, "https://friend.example"]);
  expect(await outcome({ origin: "https://edge.example" })).toEqual([200, "https://edge.example"]);
  expect(await outcome({ referer: "https://friend.example/page" })).toEqual([200, "https://friend.example"]);
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { referer: "https://evil.example/page" },
    { origin: "https://friend.example.evil.example" },
  ])
    expect(await outcome(headers)).toEqual([403, null]);
  expect((await ask({})).headers.get("vary")).toContain("origin");
});

test("all sites may show media by default", async () => {
  const { get } = setup();
  const response = await get(PART, { headers: { origin: "https://any.example" } });
  expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
});

test("a part of the bytes, none outside, and all with a validator that is not ours", async () => {
  const { get } = setup();
  const ask = async (headers: Record<string, string>) => {
    const { status, headers: got } = await get(PART, { headers });
    return [status, got.get("content-length"), got.get("content-range")];
  };
  expect(await ask({ range: "bytes=10-19" })).toEqual([206, "10", "bytes 10-19/1000"]);
  expect(await ask({ range: "bytes=1000-" })).toEqual([416, "0", "bytes */1000"]);
  expect(await ask({ range: "bytes=10-19", "if-range": '"an etag"' })).toEqual([200, "1000", null]);
});

test("players report by JSON and by CMCD, and the session of a report is the one that is counted", async () => {
  const { get, reports, viewers } = setup();
  const viewer = "a_browser-that-is-mine";
  const { text } = testTokens.issue({
    channelId: CHANNEL,
    grant: "count",
    version: 1,
    session: testTokens.sessionOf(CHANNEL, viewer),
  });
  const report = (json: unknown, path = "playback") =>
    get(path, { method: "POST", body: JSON.stringify(json), headers: { "content-type": "application/json" } });
  const body = { bufferMs: 600, liveLatencyMs: 1_000, stalls: 0, stalledMs: 0, rendition: "source", droppedFrames: 0 };
  for (const session of [viewer, text]) expect((await report({ session, ...body })).status).toBe(204);
  expect((await report({ session: "somebody_else_there", ...body }, `~${text}/playback`)).status).toBe(204);
  await get(`source.m3u8?s=${text}`);
  expect([viewers.known, reports.count]).toEqual([1, 1]);
  expect(await get(`${PART}?CMCD=${encodeURIComponent(`bl=2000,sid="${viewer}"`)}`)).toMatchObject({ status: 200 });
  expect(reports.count).toBe(1);
  const summary = summaryOf([reports.digest(CHANNEL)!])!;
  expect(summary.bufferMs!.p50).toBeWithin(1_900, 2_101);
  expect(summary.latencyMs!.p50).toBeWithin(950, 1_051);
});

test.each([
  ["no session", { bufferMs: 1 }, "session"],
  ["text for a number", { session: "x".repeat(20), bufferMs: "1" }, "bufferMs"],
  ["an impossible number", { session: "x".repeat(20), stalls: 1e300 }, "stalls"],
  ["a rendition that is none", { session: "x".repeat(20), rendition: "../x" }, "rendition"],
  ["an unknown field", { session: "x".repeat(20), user: 1 }, "user"],
])("a report with %s is refused", async (_, json, path) => {
  const { get } = setup();
  const response = await get("playback", {
    method: "POST",
    body: JSON.stringify(json),
    headers: { "content-type": "application/json" },
  });
  const { code, errors } = (await response.json()) as { code: string; errors: { path: string }[] };
  expect([response.status, code, errors.map((one) => one.path)]).toEqual([422, "validation_failed", [path]]);
});

test("a report is posted, and nothing else is", async () => {
  const { get, media } = setup();
  expect((await get("playback")).status).toBe(405);
  expect(media.fetch(new Request("http://edge/live/anna/index.m3u8", { method: "POST" }))).toBeNull();
});
