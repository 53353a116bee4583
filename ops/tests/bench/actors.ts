// Benchmarks of actors: warm call, cold activation, memory asleep and awake, one hot actor, fail-over. `BENCH_ONLY=warm,cold` selects some.

import { benchCold } from "./actors/cold.ts";
import { benchFailover } from "./actors/failover.ts";
import { benchHot } from "./actors/hot.ts";
import { benchAsleep, benchAwake } from "./actors/memory.ts";
import { startStage } from "./actors/stage.ts";
import { benchWarm } from "./actors/warm.ts";
import type { BenchResult } from "./result.ts";

const benches = {
  warm: benchWarm,
  hot: benchHot,
  cold: benchCold,
  asleep: benchAsleep,
  awake: benchAwake,
  failover: benchFailover,
};

export async function benchActors(): Promise<BenchResult[]> {
  const only = process.env.BENCH_ONLY?.split(",");
  const results: BenchResult[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (only && !only.includes(name)) continue;
    // Separate stores, without rows and autovacuum left over from the previous benchmark.
    const stage = await startStage();
    try {
      results.push(await bench(stage));
    } finally {
      await stage.stop();
    }
  }
  return results;
}
