// Who gets the media of a channel that is not open to all, and of a preview.

import { afterEach, expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Visibility } from "#schema/queries/channels/channel-names.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { Grant } from "../playback/token.ts";
import {
  BROADCAST,
  CHANNEL,
  startEdge,
  statusOf,
  TestOrigin,
  testTokens,
  windowHeaders,
  windowText,
} from "./testing.ts";

const INDEX = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nsource.m3u8\n#EXT-X-MEDIA:TYPE=AUDIO,URI="audio.m3u8"\n';
const SESSION = "00112233445566ff";
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function setup(visibility: Visibility, over: Partial<ChannelStatus> = {}, admitPlain = () => {}) {
  const origin = new TestOrigin();
  const window = { from: 1, to: 5 };
  origin.has("index.m3u8", INDEX, windowHeaders(window));
  origin.has("source.m3u8", windowText(window), windowHeaders(window));
  origin.has("source/p1-1-5.m4s", new Uint8Array(100));
  const edge = startEdge({ status: statusOf({ origin: origin.url, ...over }), visibility, admitPlain });
  closing.push(
    () => edge.stop(),
    () => origin.die(),
  );
  const refusalOf = async (path: string) => {
    const response = await edge.get(path);
    return response.status === 200 ? 200 : [response.status, ((await response.json()) as { code: string }).code];
  };
  const token = (grant: Grant, version = 1, channelId = CHANNEL) =>
    testTokens.issue({ channelId, grant, version, session: SESSION }).text;
  return { ...edge, origin, refusalOf, token };
}

const PATHS = ["index.m3u8", "source.m3u8", "source/p1-1-5.m4s", `${BROADCAST}/source/s2.m4s`];

test.each(["followers", "password"] as const)(
  "all media of a %s channel need a valid token of that channel",
  async (kind) => {
    const { refusalOf, token, channel } = setup(kind);
    const other = "0190f3b0-0000-7000-8000-0000000000ff";
    for (const path of PATHS)
      for (const prefix of ["", token("count"), token("watch", 0), token("watch", 1, other), "A".repeat(66)])
        expect(await refusalOf(prefix === "" ? path : `~${prefix}/${path}`)).toEqual([403, "playback_denied"]);
    expect(await refusalOf(`source.m3u8?s=${token("count")}`)).toEqual([403, "playback_denied"]);
    const right = `~${token("watch")}`;
    for (const path of PATHS.slice(0, 3)) expect(await refusalOf(`${right}/${path}`)).toBe(200);
    channel.playbackVersion = 2;
    for (const path of PATHS) expect(await refusalOf(`${right}/${path}`)).toEqual([403, "playback_denied"]);
  },
);

test("the answer to strangers is the same on air and off air", async () => {
  const offAir = setup("password", { phase: "offline", broadcastId: null });
  expect(await offAir.refusalOf("index.m3u8")).toEqual([403, "playback_denied"]);
  expect(await offAir.refusalOf(`~${offAir.token("watch")}/index.m3u8`)).toEqual([404, "offline"]);
});

test.each(["public", "unlisted"] as const)("a %s channel plays with any token and with none", async (kind) => {
  const { refusalOf, token } = setup(kind);
  for (const path of PATHS.slice(0, 3))
    for (const prefix of ["", `~${token("count")}/`, `~${token("watch", 0)}/`, `~${"A".repeat(66)}/`])
      expect(await refusalOf(prefix + path)).toBe(200);
});

test("a preview is off air for all but those with its right, also when its media are in the cache", async () => {
  const { refusalOf, token, say, origin } = setup("public", { phase: "preview" });
  const preview = `~${token("preview")}`;
  for (const path of PATHS.slice(0, 3)) expect(await refusalOf(`${preview}/${path}`)).toBe(200);
  for (const path of PATHS)
    for (const prefix of ["", `~${token("count")}/`, `~${token("watch")}/`, `~${token("preview", 0)}/`])
      expect(await refusalOf(prefix + path)).toEqual([404, "offline"]);
  say(statusOf({ origin: origin.url, phase: "live" }));
  await Bun.sleep(20);
  for (const path of PATHS.slice(0, 3)) expect(await refusalOf(path)).toBe(200);
});

test("whoever names themselves gets playlists with a session, and shares the media's URIs with all others", async () => {
  const { get } = setup("public");
  expect(await (await get("index.m3u8")).text()).toBe(INDEX);
  const named = await get("index.m3u8?viewer=a_browser-that-is-mine");
  const [token] = /(?<=\?s=)[\w-]+/.exec(await named.clone().text())!;
  expect(await named.text()).toBe(
    INDEX.replace("source.m3u8", `source.m3u8?s=${token}`).replace("audio.m3u8", `audio.m3u8?s=${token}`),
  );
  expect(testTokens.read(token, CHANNEL)).toMatchObject({
    grant: "count",
    session: testTokens.sessionOf(CHANNEL, "a_browser-that-is-mine"),
  });
  expect(await (await get(`source.m3u8?s=${token}`)).text()).toBe(await (await get("source.m3u8")).text());
});

test("sessions are counted, and players without one by address and kind; a preview is not", async () => {
  const { get, token, viewers, say, origin } = setup("public", { phase: "preview" });
  const ask = (agent: string, prefix = "", from = "192.0.2.1") =>
    get(`${prefix}source.m3u8`, { headers: { "user-agent": agent, "x-test-address": from } });
  await ask("own", `~${token("preview")}/`);
  const report = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ session: "a".repeat(32), bufferMs: 1 }),
  };
  expect((await get(`~${token("preview")}/playback`, report)).status).toBe(204);
  expect(viewers.known).toBe(0);
  say(statusOf({ origin: origin.url }));
  await Bun.sleep(20);
  for (let i = 0; i < 3; i++) {
    await ask("vlc");
    await ask("ffmpeg");
    await ask("vlc", "", "192.0.2.2");
    await ask("any", `~${token("count")}/`);
    await get(`source.m3u8?s=${token("count")}`);
  }
  expect(viewers.known).toBe(4);
});

test("while the edge is flooded an open channel plays for sessions of tokens, made-up tokens do not help, and what plays goes on", async () => {
  const { refusalOf, token } = setup("public", {}, () => {
    throw new Refusal("playback_denied");
  });
  const denied = [403, "playback_denied"];
  expect(await refusalOf("index.m3u8")).toEqual(denied);
  expect(await refusalOf("index.m3u8?viewer=a_browser-that-is-mine")).toEqual(denied);
  expect(await refusalOf(`~${"a".repeat(token("count").length)}/index.m3u8`)).toEqual(denied);
  expect(await refusalOf(`~${token("count", 1, BROADCAST)}/index.m3u8`)).toEqual(denied);
  expect(await refusalOf(`~${token("count")}/index.m3u8`)).toBe(200);
  expect(await refusalOf("source.m3u8")).toBe(200);
});
