// WHIP over real HTTP.

import { afterEach, expect, test } from "bun:test";
import { CHANNEL } from "../live/testing.ts";
import { cleanUp, OFFER, relay, SDP, STREAM_KEY, startWebRtc, TICKET } from "./testing.ts";

afterEach(cleanUp);

const WHIP = "/ingest/whip";
const by = (authorization: string, more: Record<string, string> = {}) => ({
  headers: { ...SDP, authorization, ...more },
  body: OFFER,
});
const RIGHT = by(`Bearer ${STREAM_KEY}`);

test("a stream key becomes a session whose relay publishes with a ticket, and never has the key", async () => {
  const { ask, relay, issued } = await startWebRtc({ targets: [{ url: "rtmp://ingest.example:1935", app: "live" }] });
  const { status, headers } = await ask(
    "POST",
    WHIP,
    by(`Bearer ${STREAM_KEY}`, { "user-agent": "Mozilla/5.0 (OBS-Studio/30.2.2; Linux x86_64; en-US)" }),
  );
  expect([status, headers.get("location")]).toEqual([
    201,
    expect.stringMatching(/^\/ingest\/whip\/1\.[0-9a-f-]{36}\.\S{22}$/),
  ]);
  expect(issued).toEqual([{ channelId: CHANNEL, encoder: "OBS 30.2.2 (WHIP)" }]);
  expect(relay.last).toMatchObject({
    ...{ kind: "whip", channelId: CHANNEL },
    publish: { url: "rtmp://ingest.example:1935", app: "live", name: expect.stringMatching(/^once_[a-z2-7]{32}$/) },
  });
  expect(JSON.stringify([...relay.sessions.values()])).not.toContain(STREAM_KEY);
  expect(headers.get("location")).not.toContain(STREAM_KEY);
});

test("without a key, with a wrong one and with text that is none the answer is the same 401", async () => {
  const { ask, relay, asked } = await startWebRtc();
  const bodies = new Set<string>();
  for (const authorization of [
    null,
    "",
    "Basic eDp5",
    "Bearer",
    `Bearer live_${"x".repeat(32)}`,
    "Bearer x",
    `Bearer ${STREAM_KEY}x`,
  ]) {
    const headers: Record<string, string> = authorization === null ? { ...SDP } : { ...SDP, authorization };
    const answer = await ask("POST", WHIP, { headers, body: OFFER });
    expect([authorization, answer.status, answer.code]).toEqual([authorization, 401, "publish_key_required"]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    bodies.add(answer.text.replace(/"requestId":"[^"]*"/, ""));
  }
  expect(bodies.size).toBe(1);
  expect([relay.sessions.size, asked.keys]).toEqual([0, 1]);
});

test("the scheme is written in any way, and a ticket stands for the key, once", async () => {
  const { ask } = await startWebRtc();
  for (const authorization of [`bearer ${STREAM_KEY}`, `Bearer  ${STREAM_KEY}`, `BEARER ${STREAM_KEY} `])
    expect((await ask("POST", WHIP, by(authorization))).status).toBe(201);
  const ticketed = await ask("POST", `${WHIP}/`, by(`Bearer ${TICKET}`));
  expect(ticketed.status).toBe(201);
  expect((await ask("POST", WHIP, by(`Bearer ${TICKET}`))).status).toBe(401);
  // The session is ended with what opened it.
  const location = ticketed.headers.get("location")!;
  expect((await ask("DELETE", location, { headers: { authorization: `Bearer ${TICKET}` } })).status).toBe(200);
});

test("a key in the address is no key, and is not repeated", async () => {
  const { ask } = await startWebRtc();
  const inQuery = await ask("POST", `${WHIP}?key=${STREAM_KEY}`, { headers: SDP, body: OFFER });
  const inPath = await ask("POST", `${WHIP}/${STREAM_KEY}`, { headers: SDP, body: OFFER });
  expect([inQuery.status, inPath.status]).toEqual([401, 405]);
  for (const { text, headers } of [inQuery, inPath])
    expect(text + JSON.stringify([...headers])).not.toContain(STREAM_KEY);
  const beside = await ask("POST", `${WHIP}?key=x`, RIGHT);
  expect([beside.status, beside.headers.get("location")!.includes("?")]).toEqual([201, false]);
});

test("who guesses keys is locked out, with the right one too, and others are not", async () => {
  const { ask, asked } = await startWebRtc({ wrongKeysPerMinute: 5 });
  const wrong = () => by(`Bearer live_${"y".repeat(32)}`, { "x-test-address": "203.0.113.9" });
  for (let i = 0; i < 5; i++) expect((await ask("POST", WHIP, wrong())).status).toBe(401);
  const lookups = asked.keys;
  const locked = await ask("POST", WHIP, wrong());
  expect([locked.status, locked.code, locked.headers.has("retry-after")]).toEqual([429, "rate_limited", true]);
  expect((await ask("POST", WHIP, by(`Bearer ${STREAM_KEY}`, { "x-test-address": "203.0.113.9" }))).status).toBe(429);
  expect(asked.keys).toBe(lookups);
  expect((await ask("POST", WHIP, RIGHT)).status).toBe(201);
});

test("a suspended channel is 403, and one channel may not try without end", async () => {
  const closed = await startWebRtc({ channelOfKey: { suspended: true } });
  const refused = await closed.ask("POST", WHIP, RIGHT);
  expect([refused.status, refused.code]).toEqual([403, "suspended"]);
  const { ask } = await startWebRtc({ offersPerMinutePerAccount: 3 });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await ask("POST", WHIP, RIGHT)).status);
  expect(statuses).toEqual([201, 201, 201, 429, 429]);
});

test("a session is ended with the key that opened it, and with no other", async () => {
  const { ask, relay } = await startWebRtc();
  const location = (await ask("POST", WHIP, RIGHT)).headers.get("location")!;
  const end = async (authorization?: string) =>
    (await ask("DELETE", location, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await end()).toBe(401);
  expect(await end(`Bearer live_${"x".repeat(32)}`)).toBe(403);
  expect(await end(`Bearer ${STREAM_KEY.toUpperCase()}`)).toBe(403);
  expect(relay.sessions.size).toBe(1);
  expect(await end(`bearer ${STREAM_KEY}`)).toBe(200);
  expect(relay.sessions.size).toBe(0);
});

test("without a place to publish there is no WHIP, and an offer that is refused costs no session", async () => {
  const none = await startWebRtc({ targets: [] });
  expect((await none.ask("POST", WHIP, RIGHT)).status).toBe(501);
  const { ask, relay: one } = await startWebRtc({
    relays: [relay({ answer: () => ({ status: 422, code: "setup_unsupported", detail: "x" }) })],
  });
  const refused = await ask("POST", WHIP, RIGHT);
  expect([refused.status, refused.code, one.sessions.size]).toEqual([422, "setup_unsupported", 0]);
});

test("who may not is refused before the body is read, at every door", async () => {
  const { webRtc, ask } = await startWebRtc({ visibility: "followers" });
  const session = (await ask("POST", WHIP, RIGHT)).headers.get("location")!;
  for (const [method, path, status] of [
    ["POST", WHIP, 401],
    ["POST", "/live/anna/whep", 403],
    ["POST", "/live/nobody/whep", 404],
    ["PATCH", session, 401],
    ["PATCH", session.replace("/ingest/whip", "/live/anna/whep"), 403],
    ["DELETE", session, 401],
  ] as const) {
    let isRead = false;
    const pull = (controller: ReadableStreamDefaultController) => {
      isRead = true;
      controller.close();
    };
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });
    const type = method === "PATCH" ? "application/trickle-ice-sdpfrag" : "application/sdp";
    const request = new Request(`http://edge${path}`, { method, body, headers: { "content-type": type } });
    const response = await webRtc.fetch(request)!;
    expect([method, path.slice(0, 20), response.status, isRead]).toEqual([method, path.slice(0, 20), status, false]);
  }
});

test("publishers are not looked at as viewers", async () => {
  const { ask, relay, viewers } = await startWebRtc({ visibility: "followers" });
  await ask("POST", WHIP, RIGHT);
  relay.connect();
  await Bun.sleep(6_000);
  expect([relay.sessions.size, viewers.countOf(CHANNEL)]).toEqual([1, 0]);
}, 15_000);
