import { expect, test } from "bun:test";
import type { OpenedRelaySession, RelayStatus } from "#schema/wire/relay.ts";
import { CHANNEL, OFFER, testRelay } from "./testing.ts";

const ASKED = { kind: "whep", channelId: CHANNEL, offer: OFFER };

/** With media from the edge. */
function live(options: Parameters<typeof testRelay>[0] = {}) {
  const relay = testRelay(options);
  relay.edge.onDial = (socket) => {
    socket.open();
    socket.begin();
    socket.pictures(0, 3);
  };
  const open = async () => {
    const response = await relay.request("POST", "/sessions", ASKED);
    expect(response.status).toBe(201);
    return (await response.json()) as OpenedRelaySession;
  };
  const status = async () => (await (await relay.request("GET", "/sessions")).json()) as RelayStatus;
  return { ...relay, open, status };
}
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

test("an offer is answered, and the session is listed until it is deleted", async () => {
  const { open, status, request, engine } = live();
  const { sessionId, answer } = await open();
  expect(answer).toStartWith("v=0\r\n");
  expect(answer).toContain("m=video 9 UDP/TLS/RTP/SAVPF 102");
  expect((await status()).sessions).toEqual([
    {
      ...{ id: sessionId, kind: "whep", channelId: CHANNEL, label: null, ageMs: 0, connected: false, bytes: 0 },
      ...{ rendition: null, rttMs: null, rembBps: null },
    } as never,
  ]);
  expect((await request("DELETE", `/sessions/${sessionId}`)).status).toBe(200);
  expect(engine.last.closes).toBe(1);
  expect((await status()).sessions).toEqual([]);
  expect(await codeOf(await request("DELETE", `/sessions/${sessionId}`))).toEqual([404, "not_found"]);
});

test("a label is repeated, and a session says what it sends", async () => {
  const { request, status, engine, edge } = live();
  await request("POST", "/sessions", { ...ASKED, label: "who" });
  engine.last.enter("connected");
  edge.last.pictures(4, 5);
  const [session] = (await status()).sessions;
  expect(session).toMatchObject({ label: "who", rendition: "source", connected: true });
  expect(session!.bytes).toBeGreaterThan(100);
});

test("bodies that are wrong are refused with a code, before anything is read for them", async () => {
  const { request, edge } = live();
  const refused = async (body: unknown) => codeOf(await request("POST", "/sessions", body));
  expect(await refused("{")).toEqual([400, "malformed_json"]);
  for (const body of [
    null,
    {},
    { ...ASKED, kind: "other" },
    { ...ASKED, channelId: "x" },
    { ...ASKED, offer: 1 },
    { ...ASKED, label: 5 },
    { ...ASKED, kind: "whip" },
    { ...ASKED, kind: "whip", publish: { url: "", app: "live", name: "x" } },
  ])
    expect(await refused(body), JSON.stringify(body)?.slice(0, 60)).toEqual([422, "validation_failed"]);
  expect(await refused({ ...ASKED, offer: "v".repeat(70_000) })).toEqual([413, "too_large"]);
  expect(await refused({ ...ASKED, offer: "nonsense" })).toEqual([400, "sdp_malformed"]);
  expect(await refused({ ...ASKED, offer: OFFER.replaceAll("H264", "VP8") })).toEqual([406, "no_common_codec"]);
  expect(edge.sockets.every(({ isOpen }) => !isOpen)).toBe(true);
});

test("other addresses and methods are refused", async () => {
  const { request } = live();
  expect(await codeOf(await request("GET", "/"))).toEqual([404, "not_found"]);
  expect(await codeOf(await request("PUT", "/sessions"))).toEqual([405, "method_not_allowed"]);
  expect(await codeOf(await request("GET", "/sessions/abc"))).toEqual([405, "method_not_allowed"]);
  expect(await codeOf(await request("POST", "/sessions/../x"))).toEqual([404, "not_found"]);
});

test("candidates of a client are taken and not used; an ICE restart is refused, and the session goes on", async () => {
  const { open, request, status } = live();
  const { sessionId } = await open();
  const patch = (body: string, type = "application/trickle-ice-sdpfrag") =>
    request("PATCH", `/sessions/${sessionId}`, body, type);
  const candidate = "a=candidate:1 1 UDP 2122317823 10.0.0.1 4000 typ host";
  expect((await patch(`a=ice-ufrag:Uf9+\r\na=ice-pwd:AbCdEfGhIjKlMnOpQrStUv12\r\n${candidate}\r\n`)).status).toBe(204);
  expect((await patch(`${candidate}\r\n`)).status).toBe(204);
  expect(await codeOf(await patch("a=ice-ufrag:Other\r\na=ice-pwd:AbCdEfGhIjKlMnOpQrStUv12\r\n"))).toEqual([
    422,
    "ice_restart_unsupported",
  ]);
  expect(await codeOf(await patch("nonsense"))).toEqual([400, "sdp_malformed"]);
  expect(await codeOf(await patch(candidate, "text/plain"))).toEqual([415, "unsupported_media_type"]);
  expect(await codeOf(await patch("a".repeat(20_000)))).toEqual([413, "too_large"]);
  expect(
    await codeOf(await request("PATCH", "/sessions/abcdefgh", candidate, "application/trickle-ice-sdpfrag")),
  ).toEqual([404, "not_found"]);
  expect((await status()).sessions).toHaveLength(1);
});

test("a full relay, too many offers at once, and one that leaves say so, and when to come back", async () => {
  const full = live({ sessionsMax: 1 });
  await full.open();
  const response = await full.request("POST", "/sessions", ASKED);
  expect(response.headers.get("retry-after")).toBe("5");
  expect(await codeOf(response)).toEqual([503, "busy"]);
  const fast = live({ offersPerSecond: 2 });
  await fast.open();
  await fast.open();
  expect(await codeOf(await fast.request("POST", "/sessions", ASKED))).toEqual([503, "busy"]);
  fast.clock.advance(600);
  await fast.open();
  fast.sessions.drain();
  expect((await fast.status()).draining).toBe(true);
  expect(fast.engine.peers.map(({ closes }) => closes)).toEqual([1, 1, 1]);
  expect(await codeOf(await fast.request("POST", "/sessions", ASKED))).toEqual([503, "busy"]);
});

test("a library that does not take the offer leaves nothing behind", async () => {
  const { request, engine, status, sessions } = live();
  engine.refuses = true;
  expect(await codeOf(await request("POST", "/sessions", ASKED))).toEqual([406, "sdp_unacceptable"]);
  expect([(await status()).sessions, sessions.size]).toEqual([[], 0]);
});

test("health, readiness and metrics", async () => {
  const { request, leave } = live();
  expect(await (await request("GET", "/healthz")).json()).toMatchObject({ status: "ok", library: "none", udpPort: 1 });
  expect((await request("GET", "/readyz")).status).toBe(200);
  leave();
  expect((await request("GET", "/readyz")).status).toBe(503);
  expect(await (await request("GET", "/metrics")).text()).toContain("relay_open_sessions");
});
