// Repeated kill -9 of an actor's owner: time until the first call is answered, and check that nothing was lost.

import type { Helper } from "../../support/helper-process.ts";
import { quantiles } from "../../support/quantiles.ts";
import type { BenchResult } from "../result.ts";
import { newKey, type Stage } from "./stage.ts";

const KILLS = Number(process.env.BENCH_KILLS ?? 100);
const NODES = 3;
const ACTORS = 30;
const CALL_MS = 20_000;
/** Varies the moment of the kill over all phases of the nodes' heartbeats. */
const SETTLE_MS = [600, 1_000] as const;

export async function benchFailover(stage: Stage): Promise<BenchResult> {
  const nodes = new Map<string, Helper>();
  const join = async () => {
    const node = await stage.startNode("counter");
    nodes.set(await node.ask("incarnation"), node);
  };
  for (let i = 0; i < NODES; i++) await join();
  const keys = Array.from({ length: ACTORS }, newKey);
  const written = new Map<string, number>();
  const add = async (key: string) => {
    const startMs = performance.now();
    const value = await stage.caller.call<number>("channel", key, { type: "add" }, { timeoutMs: CALL_MS });
    // Each call must count once: a higher count means a doubled call, a lower one a lost call.
    if (value !== (written.get(key) ?? 0) + 1) wrong++;
    written.set(key, value);
    return performance.now() - startMs;
  };
  let wrong = 0;
  for (const key of keys) await stage.caller.call("channel", key, { type: "pin" });
  await Promise.all(keys.map(add));

  const firstMs: number[] = [];
  const everyMs: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await Bun.sleep(SETTLE_MS[0] + Math.random() * SETTLE_MS[1]);
    const { sql } = stage.database;
    const owners = await sql<{ key: string; node: string }[]>`SELECT key, node FROM actors WHERE key = ANY(${keys})`;
    const victim = owners.find(({ key }) => key === keys[kill % ACTORS])!.node;
    const lost = owners.filter(({ node }) => node === victim).map(({ key }) => key);
    const node = nodes.get(victim)!;
    nodes.delete(victim);
    const killedMs = performance.now();
    await node.kill();
    const reapedMs = performance.now() - killedMs;
    const tookMs = await Promise.all(lost.map(async (key) => reapedMs + (await add(key))));
    firstMs.push(tookMs[lost.indexOf(keys[kill % ACTORS]!)]!);
    everyMs.push(...tookMs);
    await join();
  }
  for (const node of nodes.values()) await node.kill();
  const row = (what: string, values: number[]) => {
    const { p50, p99, max } = quantiles(values);
    return [what, String(values.length), p50.toFixed(0), p99.toFixed(0), max.toFixed(0)];
  };
  return {
    title: "Fail-over after kill -9 of the owner",
    target: "first call ≤ 1.5 s (p99), nothing acknowledged lost or doubled",
    method: `${KILLS} kills of the owner among ${NODES} nodes with ${ACTORS} actors that must be awake; a saved write to each of its actors from the moment of the kill; ${wrong} answers were not the number before plus one`,
    header: ["first answered write", "of", "p50 ms", "p99 ms", "max ms"],
    rows: [row("one actor", firstMs), row("every actor of the node", everyMs)],
  };
}
