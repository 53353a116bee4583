// The first call to a sleeping actor: row found, claimed, opened, call repeated.

import { quantiles } from "../../support/quantiles.ts";
import type { BenchResult } from "../result.ts";
import { load } from "./load.ts";
import { newKey, type Stage } from "./stage.ts";

const CALLS = 500;
const IN_FLIGHT = [1, 16];

export async function benchCold(stage: Stage): Promise<BenchResult> {
  const rows: string[][] = [];
  for (const actor of ["counter", "channel"] as const) {
    const node = await stage.startNode(actor);
    const message = { type: actor === "counter" ? "get" : "describe" };
    await coldCalls(stage, message, 16, 200); // Compiles the code.
    for (const inFlight of IN_FLIGHT) {
      const cold = quantiles(await coldCalls(stage, message, inFlight, CALLS));
      const key = newKey();
      await stage.caller.call("channel", key, message);
      const warm = await load(() => stage.caller.call("channel", key, message), inFlight, 500);
      rows.push([
        actor === "counter" ? "counter" : "real channel",
        String(inFlight),
        `${cold.p50.toFixed(2)} / ${cold.p99.toFixed(2)}`,
        `${warm.p50Ms.toFixed(2)} / ${warm.p99Ms.toFixed(2)}`,
      ]);
    }
    await node.kill();
    await stage.database.sql`UPDATE nodes SET left_at = now()`;
  }
  return {
    title: "Cold activation: the first call to a sleeping actor",
    target: "p50 ≤ 5 ms",
    method: `${CALLS} calls, each to a sleeping actor (a row with state and without node); one node`,
    header: ["actor", "in flight", "first call p50/p99 ms", "warm p50/p99 ms"],
    rows,
  };
}

async function coldCalls(stage: Stage, message: unknown, inFlight: number, calls: number): Promise<number[]> {
  const keys = Array.from({ length: calls }, newKey);
  await sleeping(stage, keys);
  const tookMs: number[] = [];
  const next = keys.values();
  const client = async () => {
    for (const key of next) {
      const startMs = performance.now();
      await stage.caller.call("channel", key, message);
      tookMs.push(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  return tookMs;
}

/** Rows of actors that were awake once: with a state, without a node. */
export async function sleeping({ database: { sql } }: Stage, keys: string[]) {
  const state = {
    phase: "offline",
    over: null,
    dropping: [],
    unrecorded: [],
    takeOversAtMs: [],
    value: 0,
    pinned: false,
  };
  await sql`
    INSERT INTO actors (kind, key, epoch, version, state)
    SELECT 'channel', key, 1, 1, ${sql.json(state)} FROM unnest(${keys}::text[]) AS key`;
}
