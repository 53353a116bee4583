// An idle system: processor time of all its processes while nobody uses it.

import { cpuShares } from "#ops/tests/support/cpu-time.ts";
import { bootSystem } from "#ops/tests/support/system.ts";
import type { BenchResult } from "./result.ts";

/** Until then most of the time goes into compiling what runs each second. */
const SETTLE_MS = 120_000;
const WINDOW_MS = 60_000;
const TARGET_PERCENT = 2;

export async function benchIdle(): Promise<BenchResult> {
  const system = await bootSystem();
  try {
    await Bun.sleep(SETTLE_MS);
    const shares = [...(await cpuShares(system, { windowMs: WINDOW_MS }))].sort(([, one], [, other]) => other - one);
    const total = shares.reduce((sum, [, percent]) => sum + percent, 0);
    return {
      title: "An idle system",
      target: `≤ ${TARGET_PERCENT} % of a core, all processes`,
      method: `one edge, one actor node, their stores and nginx, without a channel; processor time over ${WINDOW_MS / 1_000} s, ${SETTLE_MS / 1_000} s after the start`,
      header: ["process", "% of a core"],
      rows: [...shares, ["all", total] as const].map(([name, percent]) => [name, percent.toFixed(2)]),
    };
  } finally {
    await system.stop();
  }
}
