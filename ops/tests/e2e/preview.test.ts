// A preview of a whole system: only those who may watch it see it, and the broadcast that follows has nothing of it.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { PlaybackView } from "#schema/api/playback.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let streamer: Account;
let publisher: Publisher;

beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: "none" } });
  streamer = await register(system.url);
  await call(channelUrl(), { method: "PATCH", token: streamer.accessToken, body: { autoStart: false } });
  const { streamKey: key } = await makeStreamKey(system.url, streamer);
  publisher = await startPublisher({ server: system.rtmpUrl, key });
}, patient(60_000));
afterAll(async () => {
  await publisher?.kill();
  await system?.stop();
});

const channelUrl = () => `${system.url}/api/v1/channels/${streamer.login}`;
const health = () =>
  call<{ phase: string; broadcastId: string; restarts: number }>(`${channelUrl()}/broadcast`, {
    token: streamer.accessToken,
  });
const textOf = async (url: string) => {
  const response = await fetch(url);
  return response.ok ? await response.text() : null;
};
const segmentsIn = (text: string) => text.match(/^[^#].*\/s\d+\.m4s$/gm) ?? [];
const firstDateMs = (text: string) => Date.parse(/PROGRAM-DATE-TIME:(.+)/.exec(text)![1]!);

test(
  "the playlists of the broadcast begin at the start, and nobody else gets the segments of before",
  async () => {
    const { token } = await call<PlaybackView>(`${channelUrl()}/playback`, { token: streamer.accessToken, body: {} });
    const own = `${system.url}/live/${streamer.login}/~${token}`;
    const open = `${system.url}/live/${streamer.login}`;
    const preview = await until(
      "four segments of the preview",
      async () => {
        const text = await textOf(`${own}/source.m3u8`);
        return text && segmentsIn(text).length >= 4 ? text : null;
      },
      { withinMs: 40_000 },
    );
    const before = await health();
    expect(before.phase).toBe("preview");
    expect(await textOf(`${open}/source.m3u8`)).toBeNull();
    for (const uri of segmentsIn(preview)) expect((await fetch(`${own}/${uri}`)).status).toBe(200);

    const startedMs = Date.now();
    await call(`${channelUrl()}/broadcast/start`, { token: streamer.accessToken, body: {} });
    const live = await until("the broadcast", async () => (await getChannel(system.url, streamer.login)).live, {
      withinMs: 20_000,
    });
    console.log(`on air ${Date.now() - startedMs} ms after the start`);
    expect(live.broadcastId).not.toBe(before.broadcastId);
    const text = await until("its playlist", () => textOf(`${open}/source.m3u8`), { withinMs: 10_000 });
    expect(firstDateMs(text)).toBeGreaterThan(startedMs - 500); // The clocks of encoder and server differ by the way between them.
    const number = (uri: string) => Number(/s(\d+)\.m4s/.exec(uri)![1]);
    expect(number(segmentsIn(text)[0]!)).toBeGreaterThan(number(segmentsIn(preview).at(-1)!));
    // In the edge's cache since the owner has watched them.
    for (const uri of segmentsIn(preview)) expect((await fetch(`${open}/${uri}`)).status).toBe(404);
    for (const uri of segmentsIn(text)) expect((await fetch(`${open}/${uri}`)).status).toBe(200);
    expect(await health()).toMatchObject({ phase: "live", restarts: 0 });
    await until("segments to follow", async () => segmentsIn((await textOf(`${open}/source.m3u8`)) ?? "").length >= 3, {
      withinMs: 20_000,
    });
  },
  patient(100_000),
);
