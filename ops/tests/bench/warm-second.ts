// Cost of a warm second beside its owner: one channel on air, two actor nodes, no viewers.

import { getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { cpuShares } from "#ops/tests/support/cpu-time.ts";
import { startEncoder } from "#ops/tests/support/encoder/encoder.ts";
import { programme } from "#ops/tests/support/encoder/programme.ts";
import { source } from "#ops/tests/support/encoder/sources.ts";
import { bootSystem, type TestSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { type BenchResult, median } from "./result.ts";

const NODES = ["actor-1", "actor-2"];
const WINDOW_MS = 20_000;
const ROUNDS = 3;
const SETTLE_MS = 4_000;
/** Until the second keeps as much as it ever does, and code is compiled. */
const WARM_UP_MS = 60_000;

export async function benchWarmSecond(): Promise<BenchResult> {
  const system = await bootSystem({
    actors: NODES.length,
    env: { LADDER: "none", THUMBNAIL_INTERVAL_MS: "0", ENCODER_GRACE_MS: "1000" },
  });
  const undo: (() => unknown)[] = [() => system.stop()];
  try {
    const streamer = await register(system.url);
    const { streamKey: key } = await makeStreamKey(system.url, streamer);
    await Bun.sleep(SETTLE_MS);
    const rounds: Map<string, number>[] = [];
    const idle = await cpuShares(system, { windowMs: WINDOW_MS });
    const tags = programme(await source("heavy", { seconds: 30 }), { rounds: Number.POSITIVE_INFINITY });
    const encoder = await startEncoder({ server: system.rtmpUrl, key, tags });
    undo.unshift(() => encoder.close());
    await until("a live channel", async () => (await getChannel(system.url, streamer.login)).live?.phase === "live");
    await Bun.sleep(WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round++) rounds.push(await cpuShares(system, { windowMs: WINDOW_MS }));
    const seconds = await Promise.all(NODES.map((name) => metric(system, name, "warm_seconds_running")));
    const [second, owner] = seconds[0] === 1 ? NODES : NODES.toReversed();
    const row = (what: string, name: string, memory: number) => [
      what,
      `${(median(rounds.map((round) => round.get(name) ?? Number.NaN)) - (idle.get(name) ?? 0)).toFixed(2)} %`,
      `${(memory / 1_048_576).toFixed(1)} MB`,
    ];
    return {
      title: "A warm second",
      target: "written down",
      method: `720p30, 3 Mbit/s; after ${WARM_UP_MS / 1_000} s of a show, processor time over ${WINDOW_MS / 1_000} s less that of the idle system, medians of ${ROUNDS}; no ladder, no viewers; media in memory as the nodes count it`,
      header: ["process", "% of a core", "media in memory"],
      rows: [
        row("owner", owner!, await metric(system, owner!, "packager_memory_bytes")),
        row("warm second", second!, await metric(system, second!, "warm_seconds_memory_bytes")),
        row("nginx-rtmp, for both", "nginx", 0),
      ],
    };
  } finally {
    for (const step of undo) await step();
  }
}

async function metric(system: TestSystem, name: string, metric: string): Promise<number> {
  const text = await (await fetch(`${system.internalUrl(name)}/metrics`)).text();
  return Number(new RegExp(`^${metric} (\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
}
