// A live channel with its ladder over minutes, while the encoder reconnects twice and the owner changes: every check of RFC 8216bis is a test.
// CONFORMANCE_MINUTES=2 makes it shorter.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { getChannel, makeStreamKey, register } from "../support/api.ts";
import { type Encoder, startEncoder } from "../support/encoder/encoder.ts";
import { programme } from "../support/encoder/programme.ts";
import { source } from "../support/encoder/sources.ts";
import { ownerOf } from "../support/owner.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { type ChannelReport, readChannel } from "./channel-reader.ts";
import { allChecks } from "./checks.ts";

const MINUTES = Number(process.env.CONFORMANCE_MINUTES ?? 10);
/** Between the end of an encoder and its return. */
const AWAY_MS = 2_000;

let system: TestSystem;
let encoder: Encoder;
let report: ChannelReport;

beforeAll(
  async () => {
    system = await bootSystem({ actors: 2 });
    const streamer = await register(system.url);
    const { streamKey: key } = await makeStreamKey(system.url, streamer);
    const tags = await source("heavy", { seconds: 30 });
    const publish = () =>
      startEncoder({ server: system.rtmpUrl, key, tags: programme(tags, { rounds: Number.POSITIVE_INFINITY }) });
    encoder = await publish();
    const live = async () => (await getChannel(system.url, streamer.login)).live?.phase === "live";
    await until("a live channel", live, { withinMs: 30_000 });
    const { id: channelId } = await getChannel(system.url, streamer.login);
    const reading = readChannel(`${system.url}/live/${streamer.login}/index.m3u8`, { forMs: MINUTES * 60_000 });
    const quarterMs = (MINUTES * 60_000) / 4;
    for (const _ of ["first", "second"]) {
      await Bun.sleep(quarterMs);
      await encoder.close();
      await Bun.sleep(AWAY_MS);
      encoder = await publish();
    }
    await Bun.sleep(quarterMs);
    process.kill(system.pidOf(await ownerOf(system, channelId)), "SIGKILL");
    report = await reading;
    for (const line of report.tally.lines()) console.log(line);
    console.log(JSON.stringify(report.read));
  },
  (MINUTES + 5) * 60_000,
);

afterAll(async () => {
  await encoder?.close();
  await system?.stop();
});

for (const { name, section } of allChecks)
  test(`§${section} ${name}`, () => {
    const outcome = report.tally.outcomes.find((each) => each.name === name)!;
    expect(outcome.examples).toEqual([]);
    expect(outcome.faults).toBe(0);
  });

test("it was read to the end, and most checks applied", () => {
  const applied = report.tally.outcomes.filter((outcome) => outcome.applied > 0).length;
  expect(applied).toBeGreaterThan(allChecks.length * 0.85);
  for (const { parts, segments } of Object.values(report.read)) {
    expect(parts).toBeGreaterThan(MINUTES * 60);
    expect(segments).toBeGreaterThan(MINUTES * 10);
  }
});
