// An encoder that is away for some seconds and comes back, again and again: one pull, one init, and a hole as long as it was away.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, makeStreamKey, register } from "../support/api.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

/** RECONNECTS=20 for a long one. */
const RECONNECTS = Number(process.env.RECONNECTS ?? 2);
const AWAY_MS = 2_000;
const SHOWN_MS = 5_000;

let system: TestSystem;
let streamer: Account;
let streamKey: string;
let publisher: Publisher;

beforeAll(async () => {
  system = await bootSystem();
  streamer = await register(system.url);
  ({ streamKey } = await makeStreamKey(system.url, streamer));
});
afterAll(async () => {
  await publisher?.kill();
  await system?.stop();
});

const mediaText = async () => (await fetch(`${system.url}/live/${streamer.login}/source.m3u8`)).text();
const health = () =>
  call<{ phase: string; restarts: number; problem: unknown; rungs: string[] }>(
    `${system.url}/api/v1/channels/${streamer.login}/broadcast`,
    { token: streamer.accessToken },
  );
const isLive = async () => (await health()).phase === "live";
const lines = (text: string, tag: string) => text.split("\n").filter((line) => line.startsWith(tag));

test(
  "an encoder away for 2 s comes back into the same pull: same init, no discontinuity, a hole as long as it was away",
  async () => {
    publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
    await until("the first picture", isLive, { withinMs: 30_000 });
    const [map] = lines(await mediaText(), "#EXT-X-MAP");
    expect(map).toBeDefined();
    const longestMs: number[] = [];
    for (let round = 1; round <= RECONNECTS; round++) {
      await Bun.sleep(SHOWN_MS);
      await publisher.kill();
      const goneMs = Date.now();
      await until("the loss to be noticed", async () => (await health()).phase === "lost", { withinMs: 10_000 });
      await Bun.sleep(Math.max(0, AWAY_MS - (Date.now() - goneMs)));
      publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
      await until("the picture again", isLive, { withinMs: 20_000 });
      const awayMs = Date.now() - goneMs;
      await Bun.sleep(2_500);
      const text = await mediaText();
      expect([...new Set(lines(text, "#EXT-X-MAP"))]).toEqual([map!]);
      expect(lines(text, "#EXT-X-DISCONTINUITY\n")).toEqual([]);
      longestMs.push(holeMs(text));
      console.log(`reconnect ${round}: away ${awayMs} ms, hole ${Math.round(longestMs.at(-1)!)} ms`);
      expect(longestMs.at(-1)!).toBeLessThan(awayMs + 1_500);
      expect(longestMs.at(-1)!).toBeGreaterThan(1_000);
      expect(await health()).toMatchObject({ restarts: 0, problem: null });
    }
    expect(system.logs("actor-1")).not.toContain("pull ended");
    expect((await fetch(`${system.url}/live/${streamer.login}/index.m3u8`)).status).toBe(200);
  },
  patient(60_000 + RECONNECTS * 25_000),
);

/** How long the gaps of a media playlist are together at its end: the newest run of segments with GAP. */
function holeMs(text: string): number {
  let run = 0;
  let newest = 0;
  let gap = false;
  for (const line of text.split("\n")) {
    if (line === "#EXT-X-GAP") gap = true;
    if (line.startsWith("#EXTINF:")) {
      const ms = Number.parseFloat(line.slice(8)) * 1_000;
      if (gap) newest = run += ms;
      else run = 0;
      gap = false;
    }
  }
  return newest;
}
