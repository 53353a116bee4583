// A rolling deploy causes no outage: every actor node and every edge is restarted, one after the other, under six live channels, a
// browser, a hundred sockets and callers with a time-out of five seconds. TEST_SLOWNESS multiplies the limits.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { openBrowser, type TestBrowser } from "#ops/tests/support/browser.ts";
import { type Publisher, startPublisher } from "#ops/tests/support/publisher.ts";
import { until } from "#ops/tests/support/until.ts";
import { startViewing } from "#ops/tests/support/viewer.ts";
import { patient, SLOWNESS } from "#schema/testing-slowness.ts";
import { isWanted } from "./rows/run-row.ts";
import { type Show, startShow } from "./show.ts";
import { type Stage, setStage } from "./stage.ts";
import { type Calls, callAll } from "./watch/callers.ts";

const OTHER_CHANNELS = 5;
/** Pause between two restarts, as in an operator's roll-out: a node is ready before actors have moved back to it. */
const BETWEEN_MS = 6_000;

let stage: Stage;
let browser: TestBrowser;
let show: Show;
const publishers: Publisher[] = [];
const channelIds: string[] = [];

beforeAll(async () => {
  stage = await setStage({ actors: 3, edges: 2 });
  browser = await openBrowser();
  for (let n = 0; n < OTHER_CHANNELS; n++) {
    const { url, rtmpUrl } = stage.system;
    const streamer = await register(url);
    const { streamKey: key } = await makeStreamKey(url, streamer);
    publishers.push(await startPublisher({ server: rtmpUrl, key }));
    const live = await until(
      "another live channel",
      async () => {
        const channel = await getChannel(url, streamer.login);
        return channel.live?.phase === "live" ? channel : null;
      },
      { withinMs: 20_000 },
    );
    channelIds.push(live.id);
  }
  show = await startShow(stage);
  channelIds.push(show.channel.id);
}, patient(180_000));
afterAll(async () => {
  await show?.stop();
  await Promise.all(publishers.map((publisher) => publisher.kill()));
  await browser?.close();
  await stage?.stop();
});

test.skipIf(!isWanted("rolling"))(
  "rolling restart of all nodes under load",
  async () => {
    const { system, actors, edges, sql } = stage;
    const epochs = async () => {
      const rows = await sql<
        { key: string; epoch: number }[]
      >`SELECT key, epoch FROM actors WHERE key IN ${sql(channelIds)}`;
      return new Map(rows.map(({ key, epoch }) => [key, epoch]));
    };
    const owned = async (name: string) => {
      const [row] = await sql<{ count: number }[]>`
      SELECT count(*)::int AS count FROM actors a JOIN nodes n ON n.incarnation = a.node
      WHERE n.name = ${name} AND a.key IN ${sql(channelIds)}`;
      return row?.count ?? 0;
    };
    const viewer = await startViewing(await browser.open(`${system.url}/${show.channel.login}`));
    const calls: Calls = callAll(stage, channelIds);
    const before = await epochs();
    const startMs = performance.now();
    const restart = async (name: string) => {
      const starts = system.startsOf(name);
      const sinceMs = await viewer.now();
      const atMs = performance.now();
      const had = name.startsWith("actor") ? await owned(name) : null;
      process.kill(system.pidOf(name), "SIGTERM");
      await system.restarted(name, starts);
      const tookMs = performance.now() - atMs;
      await Bun.sleep(BETWEEN_MS);
      const stillMs = await viewer.longestStillMs(sinceMs);
      console.log(
        `${name}: restarted in ${Math.round(tookMs)} ms${had === null ? "" : `, had ${had} channels`}; browser stood still for ${Math.round(stillMs)} ms`,
      );
      return { stillMs, had };
    };

    const stills: number[] = [];
    let moved = 0;
    for (const name of actors) {
      const { stillMs, had } = await restart(name);
      stills.push(stillMs);
      moved += had ?? 0;
    }
    const lost = show.room.returns;
    const after = await epochs();
    for (const name of edges) stills.push((await restart(name)).stillMs);

    const called = await calls.finish();
    const isSame = await viewer.sameDocument();
    const playerStillMs = show.player.longestStillMs(startMs);
    const silentMs = show.room.longestSilenceMs(startMs);
    const verdict = await show.finish();
    const claims = [...after].reduce((sum, [key, epoch]) => sum + epoch - (before.get(key) ?? 0), 0);
    console.log(
      [
        `channels handed over ${moved}, epoch claims ${claims}`,
        `calls ${called.count}, failed ${called.failures.length}, p50 ${called.p50} ms, p99 ${called.p99} ms, max ${called.max} ms`,
        `longest without a new part ${Math.round(playerStillMs)} ms, without a stored line ${Math.round(silentMs)} ms`,
        `sockets lost while actor nodes restarted: ${lost}`,
        `counted ${JSON.stringify(verdict.counts)}`,
      ].join("\n"),
    );
    expect(moved).toBeGreaterThanOrEqual(channelIds.length); // Every node was restarted, so every channel moved at least once.
    expect(claims).toBe(moved);
    expect(called.failures).toEqual([]);
    expect(called.count).toBeGreaterThan(1_000);
    expect(lost).toBe(0);
    expect(verdict.faults).toEqual([]);
    expect(show.player.refusals).toEqual([]);
    expect(isSame).toBe(true);
    expect(Math.max(...stills)).toBeLessThan(3_000 * SLOWNESS);
  },
  patient(300_000),
);
