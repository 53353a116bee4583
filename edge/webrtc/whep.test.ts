// WHEP over real HTTP.

import { afterEach, describe, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { CHANNEL, statusOf, testTokens } from "../live/testing.ts";
import type { Grant } from "../playback/token.ts";
import { cleanUp, FRAGMENT, OFFER, relay, SDP, startWebRtc, until } from "./testing.ts";

afterEach(cleanUp);

const offer = { headers: SDP, body: OFFER };
const WHEP = "/live/anna/whep";
const token = (grant: Grant, version = 1, session = "00112233445566ff") =>
  testTokens.issue({ channelId: CHANNEL, grant, version, session }).text;
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

test("an offer becomes a session: 201, SDP, where it is, its state, and that it can be patched", async () => {
  const { ask, relay } = await startWebRtc();
  const answer = await ask("POST", WHEP, offer);
  expect([answer.status, answer.text.slice(0, 5)]).toEqual([201, "v=0\r\n"]);
  const header = (name: string) => answer.headers.get(name);
  expect(header("content-type")).toBe("application/sdp");
  expect(header("location")).toMatch(/^\/live\/anna\/whep\/1\.[0-9a-f-]{36}\.[A-Za-z0-9_-]{22}$/);
  expect(header("etag")).toMatch(/^"[A-Za-z0-9_-]{16}"$/);
  expect(header("accept-patch")).toBe("application/trickle-ice-sdpfrag");
  expect([header("access-control-allow-origin"), header("cache-control"), header("link")]).toEqual([
    "*",
    "no-store",
    null,
  ]);
  for (const name of ["location", "link", "etag", "accept-patch", "retry-after"])
    expect(header("access-control-expose-headers")!.split(", ")).toContain(name);
  expect(relay.last).toMatchObject({ kind: "whep", channelId: CHANNEL, offer: OFFER, publish: null });
});

test("the session ends by DELETE, and again is 404; a channel's id and a slash at the end do", async () => {
  const { ask, relay } = await startWebRtc();
  for (const path of [`${WHEP}/`, `/live/${CHANNEL}/whep`, "/live/ANNA/whep"]) {
    const { headers, status } = await ask("POST", path, offer);
    expect([path, status]).toEqual([path, 201]);
    expect((await ask("DELETE", headers.get("location")!)).status).toBe(200);
    expect(relay.sessions.size).toBe(0);
    expect((await ask("DELETE", headers.get("location")!)).status).toBe(404);
  }
});

test("how the body comes and how its type is written does not matter", async () => {
  const { ask } = await startWebRtc();
  const chunked = () => new Response(OFFER).body!;
  for (const init of [
    { headers: { "content-type": "application/sdp; charset=utf-8" }, body: OFFER },
    { headers: { "content-type": "Application/SDP" }, body: OFFER },
    { headers: { ...SDP, expect: "100-continue" }, body: OFFER },
    { headers: SDP, body: chunked() },
  ])
    expect((await ask("POST", WHEP, init)).status).toBe(201);
});

describe("refusals are problems", () => {
  test("a type that is none, and a body that is none or too large", async () => {
    const { ask, relay } = await startWebRtc();
    const post = async (type: string | null, body: BodyInit | null) => {
      const headers: Record<string, string> = type === null ? {} : { "content-type": type };
      const { status, code } = await ask("POST", WHEP, { headers, ...(body !== null && { body }) });
      return `${status} ${code}`;
    };
    expect(await post("application/x-www-form-urlencoded", OFFER)).toBe("415 unsupported_media_type");
    expect(await post("application/json", OFFER)).toBe("415 unsupported_media_type");
    expect(await post("application/sdp", "")).toBe("400 sdp_malformed");
    expect(await post("application/sdp", "{}")).toBe("400 sdp_malformed");
    expect(await post("application/sdp", `v=0${"x".repeat(64 * 1024)}`)).toBe("413 too_large");
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(16_384).fill(118)) });
    expect(await post("application/sdp", endless)).toBe("413 too_large");
    expect(relay.calls.filter((call) => call.startsWith("POST"))).toEqual([]);
    const refused = await ask("POST", WHEP, { headers: { "content-type": "text/plain" }, body: OFFER });
    expect(refused.headers.get("accept-post")).toBe("application/sdp");
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("what the relay refuses, with its reason", async () => {
    const { ask } = await startWebRtc();
    const { status, code, text } = await ask("POST", WHEP, { headers: SDP, body: OFFER.replace("H264", "VP8") });
    expect([status, code]).toEqual([406, "no_common_codec"]);
    expect(JSON.parse(text)).toMatchObject({ detail: "no H.264 in it" });
  });

  test("a channel that is not there, and one that is not live yet, which says when to ask again", async () => {
    const off = await startWebRtc({ status: statusOf({ origin: null, phase: "offline", broadcastId: null }) });
    const waiting = await off.ask("POST", WHEP, offer);
    expect([waiting.status, waiting.code, waiting.headers.get("retry-after")]).toEqual([409, "not_live", "2"]);
    const unknown = await off.ask("POST", "/live/nobody/whep", offer);
    expect([unknown.status, unknown.code]).toEqual([404, "not_found"]);
  });

  test("without a relay 501, and with none that answers or has room 503", async () => {
    const none = await startWebRtc({ relays: [] });
    const off = await none.ask("POST", WHEP, offer);
    expect([off.status, off.code]).toEqual([501, "webrtc_off"]);
    const full = await startWebRtc({ relays: [relay({ sessionsMax: 0 })] });
    const busy = await full.ask("POST", WHEP, offer);
    expect([busy.status, busy.code, busy.headers.get("retry-after")]).toEqual([503, "busy", "2"]);
    const { ask, relay: dying } = await startWebRtc();
    await dying.die();
    const away = await ask("POST", WHEP, offer);
    expect([away.status, away.code, away.headers.get("retry-after")]).toEqual([503, "unavailable", "2"]);
  });

  test("other methods are 405 and say which are right", async () => {
    const { ask } = await startWebRtc();
    const location = (await ask("POST", WHEP, offer)).headers.get("location")!;
    for (const [method, path, allow] of [
      ["GET", WHEP, "POST, OPTIONS"],
      ["HEAD", WHEP, "POST, OPTIONS"],
      ["PATCH", WHEP, "POST, OPTIONS"],
      ["DELETE", WHEP, "POST, OPTIONS"],
      ["GET", location, "PATCH, DELETE, OPTIONS"],
      ["POST", location, "PATCH, DELETE, OPTIONS"],
      ["PUT", location, "PATCH, DELETE, OPTIONS"],
    ] as const) {
      const { status, headers } = await ask(method, path);
      expect([method, status, headers.get("allow")]).toEqual([method, 405, allow]);
    }
    expect((await ask("DELETE", location)).status).toBe(200);
  });

  test("a path beside these is not ours", async () => {
    const { ask } = await startWebRtc();
    for (const path of [
      "/live/anna/whepp",
      "/live/a/whep",
      "/live/anna/whep/a/b",
      "/live/anna/~x/whep",
      "/ingest/whipx",
    ])
      expect((await ask("POST", path, offer)).status).toBe(418);
  });
});

describe("OPTIONS", () => {
  test("a preflight is answered without rights, and without ICE servers", async () => {
    const { ask } = await startWebRtc({ iceServers: ["stun:s.example"], visibility: "followers" });
    for (const path of [WHEP, "/ingest/whip"]) {
      const { status, headers } = await ask("OPTIONS", path, {
        headers: { origin: "https://p.example", "access-control-request-method": "POST" },
      });
      expect(status).toBe(204);
      expect(headers.get("access-control-allow-methods")).toBe("POST, PATCH, DELETE, OPTIONS");
      expect(headers.get("access-control-allow-headers")).toBe("authorization, content-type, if-match");
      expect([headers.get("access-control-allow-origin"), headers.get("access-control-max-age")]).toEqual([
        "*",
        "86400",
      ]);
      expect([headers.get("accept-post"), headers.get("link")]).toEqual(["application/sdp", null]);
      expect((await ask("OPTIONS", path)).status).toBe(200);
    }
  });
});

describe("rights", () => {
  test("a channel that is not public needs a token, in the path or as bearer token", async () => {
    const { ask, channel } = await startWebRtc({ visibility: "followers" });
    const post = async (path: string, more: Record<string, string> = {}) => {
      const { status, code } = await ask("POST", path, { headers: { ...SDP, ...more }, body: OFFER });
      return `${status} ${code}`;
    };
    expect(await post(WHEP)).toBe("403 playback_denied");
    expect(await post(`/live/anna/~${token("count")}/whep`)).toBe("403 playback_denied");
    expect(await post(`/live/anna/~${token("watch", 0)}/whep`)).toBe("403 playback_denied");
    expect(await post(`/live/anna/~${token("watch")}/whep`)).toBe("201 null");
    expect(await post(WHEP, bearer(token("watch")))).toBe("201 null");
    channel.playbackVersion = 2;
    expect(await post(`/live/anna/~${token("watch")}/whep`)).toBe("403 playback_denied");
  });

  test("a preview is not live for strangers", async () => {
    const { ask } = await startWebRtc({ status: statusOf({ origin: "http://127.0.0.1:1", phase: "preview" }) });
    expect((await ask("POST", WHEP, offer)).code).toBe("not_live");
    expect((await ask("POST", `/live/anna/~${token("preview")}/whep`, offer)).status).toBe(201);
  });

  test("a session belongs to the token that opened it; without one to whoever knows its address", async () => {
    const { ask, relay } = await startWebRtc();
    const inPath = (await ask("POST", `/live/anna/~${token("watch")}/whep`, offer)).headers.get("location")!;
    expect(inPath).toStartWith(`/live/anna/~${token("watch")}/whep/1.`);
    const id = inPath.split("/").at(-1)!;
    const others = token("watch", 1, "ffffffffffffffff");
    for (const path of [`${WHEP}/${id}`, `/live/anna/~${others}/whep/${id}`]) {
      const { status, code } = await ask("DELETE", path);
      expect([status, code]).toEqual([403, "forbidden"]);
    }
    expect((await ask("DELETE", `${WHEP}/${id}`, { headers: bearer(others) })).status).toBe(403);
    expect(relay.sessions.size).toBe(1);
    expect((await ask("DELETE", inPath)).status).toBe(200);
    const open = (await ask("POST", WHEP, offer)).headers.get("location")!;
    // What a page sends along by habit takes nothing away.
    expect((await ask("DELETE", open, { headers: bearer("some.other.token") })).status).toBe(200);
  });

  test("made-up addresses of sessions reach no relay", async () => {
    const { ask, relay } = await startWebRtc();
    const location = (await ask("POST", WHEP, offer)).headers.get("location")!;
    const [number, session, mac] = location.split("/").at(-1)!.split(".") as [string, string, string];
    const forged = [
      `2.${session}.${mac}`,
      `${number}.${crypto.randomUUID()}.${mac}`,
      `${number}.${session}.${"A".repeat(22)}`,
    ];
    for (const id of forged) expect((await ask("DELETE", `${WHEP}/${id}`)).status).toBe(403);
    for (const id of ["x", `${number}.${session}`, `0.${session}.${mac}`, "..%2f..%2fhealthz"])
      expect((await ask("DELETE", `${WHEP}/${id}`)).status).toBe(404);
    // Of WHEP, at the other door.
    expect((await ask("DELETE", `/ingest/whip/${number}.${session}.${mac}`, { headers: bearer("x") })).status).toBe(
      403,
    );
    expect(relay.calls.filter((call) => call.startsWith("DELETE"))).toEqual([]);
  });

  test("only sites that may show our media may ask, where there is a list", async () => {
    const { ask } = await startWebRtc({ playbackOrigins: ["https://friend.example"] });
    const from = (origin: string) => ask("POST", WHEP, { headers: { ...SDP, origin }, body: OFFER });
    const friend = await from("https://friend.example");
    expect([friend.status, friend.headers.get("access-control-allow-origin")]).toEqual([201, "https://friend.example"]);
    expect((await from("https://thief.example")).status).toBe(403);
    expect((await ask("POST", WHEP, offer)).status).toBe(201);
  });
});

describe("PATCH", () => {
  const fragment = (ufrag: string) =>
    `a=ice-ufrag:${ufrag}\r\na=ice-pwd:0123456789abcdefghijkl\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n`;

  test("candidates are taken with the present state, and nothing is said", async () => {
    const { ask } = await startWebRtc();
    const { headers } = await ask("POST", WHEP, offer);
    const [location, etag] = [headers.get("location")!, headers.get("etag")!];
    const patch = async (body: string, more: Record<string, string>) => {
      const { status, text, headers } = await ask("PATCH", location, { headers: { ...FRAGMENT, ...more }, body });
      return [status, status === 204 ? text : JSON.parse(text || "{}").code, headers.get("etag")];
    };
    expect(await patch(fragment("aaaa"), { "if-match": etag })).toEqual([204, "", null]);
    expect(await patch(fragment("aaaa"), { "if-match": `"x", ${etag}` })).toEqual([204, "", null]);
    expect(await patch(fragment("aaaa"), {})).toEqual([428, "precondition_required", null]);
    expect(await patch(fragment("aaaa"), { "if-match": '"x"' })).toEqual([412, "precondition_failed", null]);
    expect(await patch("nonsense", { "if-match": etag })).toEqual([400, "sdp_malformed", null]);
    expect(await patch(fragment("aaaa"), { "if-match": etag, "content-type": "application/sdp" })).toEqual([
      ...[415, "unsupported_media_type", null],
    ]);
    expect(await patch(`a=${"x".repeat(20_000)}`, { "if-match": etag })).toEqual([413, "too_large", null]);
  });

  test("ICE begins anew with new credentials, and the state is another one then", async () => {
    const { ask } = await startWebRtc();
    const { headers } = await ask("POST", WHEP, offer);
    const [location, etag] = [headers.get("location")!, headers.get("etag")!];
    const restart = await ask("PATCH", location, { headers: { ...FRAGMENT, "if-match": "*" }, body: fragment("bbbb") });
    expect([restart.status, restart.headers.get("content-type")]).toEqual([200, "application/trickle-ice-sdpfrag"]);
    expect(restart.text).toContain("a=ice-ufrag:new1");
    const next = restart.headers.get("etag")!;
    expect(next).not.toBe(etag);
    const again = (tag: string) =>
      ask("PATCH", location, { headers: { ...FRAGMENT, "if-match": tag }, body: fragment("bbbb") });
    expect([(await again(etag)).status, (await again(next)).status]).toEqual([412, 204]);
  });

  test("where ICE cannot begin anew the session goes on as it was", async () => {
    const { ask, relay: one } = await startWebRtc({ relays: [relay({ restarts: false })] });
    const location = (await ask("POST", WHEP, offer)).headers.get("location")!;
    const { status, code } = await ask("PATCH", location, {
      headers: { ...FRAGMENT, "if-match": "*" },
      body: fragment("bbbb"),
    });
    expect([status, code, one.sessions.size]).toEqual([422, "ice_restart_unsupported", 1]);
  });
});

test("ICE servers come with the session alone, with fresh credentials", async () => {
  const turn = { urls: ["turn:t.example:3478?transport=udp"], secret: "a secret of the TURN server" };
  const { ask } = await startWebRtc({ iceServers: ["stun:s.example:3478"], turn, visibility: "followers" });
  const path = `/live/anna/~${token("watch")}/whep`;
  const links = async () => (await ask("POST", path, offer)).headers.get("link")!;
  const [first, second] = [await links(), await links()];
  expect(first).toMatch(
    /^<stun:s\.example:3478>; rel="ice-server", <turn:t\.example:3478\?transport=udp>; rel="ice-server"; username="\d+:[0-9a-f]{16}"; credential="[A-Za-z0-9+/=]{28}"; credential-type="password"$/,
  );
  expect(first).not.toBe(second);
  expect((await ask("POST", WHEP, offer)).headers.get("link")).toBeNull();
  expect((await ask("POST", path, { headers: SDP, body: "v=0" })).headers.get("link")).toBeNull();
});

describe("limits", () => {
  const from = (address: string, path = WHEP) => ({
    path,
    init: { headers: { ...SDP, "x-test-address": address }, body: OFFER },
  });

  test("of offers by an address, before anything is done, and of a viewer", async () => {
    const { ask, relay } = await startWebRtc({ offersPerMinutePerIp: 5, offersPerMinutePerAccount: 2 });
    const post = async ({ path, init }: ReturnType<typeof from>) => (await ask("POST", path, init)).status;
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push(await post(from("203.0.113.9")));
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429, 429, 429]);
    expect(relay.calls.filter((call) => call.startsWith("POST")).length).toBe(5);
    expect(await post(from("203.0.113.10"))).toBe(201);
    const named = `${WHEP}?viewer=${"v".repeat(20)}`;
    const viewer: number[] = [];
    for (let i = 0; i < 3; i++) viewer.push(await post(from(`203.0.113.${20 + i}`, named)));
    expect(viewer).toEqual([201, 201, 429]);
  });

  test("of sessions by an address and by a viewer, until one of them ends", async () => {
    const { ask } = await startWebRtc({ sessionsPerIp: 3, sessionsPerViewer: 2 });
    const post = async ({ path, init }: ReturnType<typeof from>) => ask("POST", path, init);
    const opened = [];
    for (let i = 0; i < 3; i++) opened.push(await post(from("203.0.113.9")));
    const refused = await post(from("203.0.113.9"));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
    expect((await ask("DELETE", opened[0]!.headers.get("location")!)).status).toBe(200);
    expect((await post(from("203.0.113.9"))).status).toBe(201);
    const named = `${WHEP}?viewer=${"v".repeat(20)}`;
    const viewer = [];
    for (let i = 0; i < 3; i++) viewer.push((await post(from(`203.0.113.${20 + i}`, named))).status);
    expect(viewer).toEqual([201, 201, 429]);
  });
});

describe("sessions are looked after", () => {
  test(
    "a viewer counts while media flow, and one person once",
    async () => {
      const { ask, relay, viewers } = await startWebRtc();
      const named = `${WHEP}?viewer=${"v".repeat(20)}`;
      await ask("POST", named, offer);
      await ask("POST", named, offer);
      await ask("POST", WHEP, offer);
      for (const id of [...relay.sessions.keys()].slice(0, 2)) relay.connect(id);
      await until("a viewer", () => viewers.countOf(CHANNEL) === 1, patient(16_000));
      expect(viewers.known).toBe(1);
    },
    patient(20_000),
  );

  test(
    "who may not watch any more is sent away",
    async () => {
      const { ask, relay, channel } = await startWebRtc({ visibility: "followers" });
      await ask("POST", `/live/anna/~${token("watch")}/whep`, offer);
      await ask("POST", `/live/anna/~${token("watch", 2)}/whep`, offer);
      expect(relay.sessions.size).toBe(1);
      channel.playbackVersion = 2;
      await ask("POST", `/live/anna/~${token("watch", 2)}/whep`, offer);
      expect(relay.sessions.size).toBe(2);
      await until("the first to be gone", () => relay.sessions.size === 1, patient(10_000));
      expect(JSON.parse(relay.last.label!)).toMatchObject({ right: { version: 2 } });
    },
    patient(20_000),
  );

  test(
    "a channel that was closed loses all its sessions, whichever edge opened them",
    async () => {
      const one = relay();
      const [first, other] = [await startWebRtc({ relays: [one] }), await startWebRtc({ relays: [one] })];
      await first.ask("POST", WHEP, offer);
      await first.ask("POST", WHEP, offer);
      await until("the other edge to know", () => one.calls.filter((call) => call === "GET 200").length >= 4);
      await Bun.sleep(50);
      other.webRtc.closeChannel(CHANNEL);
      await until("both to be gone", () => one.sessions.size === 0);
      other.webRtc.closeChannel("0190f3b0-0000-7000-8000-000000000009");
    },
    patient(20_000),
  );
});
