// Actors: warm call, cold activation, asleep, awake and idle, one hot one, fail-over. `BENCH_ONLY=warm,cold` picks some.

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
    // Stores of their own: no rows and no busy autovacuum of the one before.
    const stage = await startStage();
    try {
      results.push(await bench(stage));
    } finally {
      await stage.stop();
    }
  }
  return results;
}
