// One hot actor: reads from memory, and writes saved with each call.

import type { BenchResult } from "../result.ts";
import { load } from "./load.ts";
import { newKey, type Stage } from "./stage.ts";

const IN_FLIGHT = [1, 64, 256];
const MS = 2_000;

export async function benchHot(stage: Stage): Promise<BenchResult> {
  const node = await stage.startNode("counter");
  const key = newKey();
  const rows: string[][] = [];
  for (const type of ["get", "add"]) {
    const call = () => stage.caller.call("channel", key, { type });
    await load(call, 64, 1_000); // Compiles the code.
    for (const inFlight of IN_FLIGHT) {
      const saves = await node.ask<number>("saves");
      const { calls, perSecond, p50Ms, p99Ms } = await load(call, inFlight, MS);
      const saved = (await node.ask<number>("saves")) - saves;
      rows.push([
        type === "get" ? "memory (reads)" : "durable (each call a saved write)",
        String(inFlight),
        perSecond.toFixed(0),
        `${p50Ms.toFixed(2)} / ${p99Ms.toFixed(2)}`,
        saved === 0 ? "–" : (calls / saved).toFixed(1),
      ]);
    }
  }
  await node.kill();
  return {
    title: "One hot actor",
    target: "none of its own; saves coalesce, so writes rise with those in flight",
    method: `closed loop of calls of one actor from one process for ${MS} ms; PostgreSQL with synchronous_commit on`,
    header: ["mode", "in flight", "calls/s", "p50/p99 ms", "calls per save"],
    rows,
  };
}
