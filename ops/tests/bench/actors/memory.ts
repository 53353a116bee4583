// Cost of an idle actor: its row while asleep, and memory of its node while awake.

import type { Helper } from "../../support/helper-process.ts";
import { quantiles } from "../../support/quantiles.ts";
import type { BenchResult } from "../result.ts";
import { sleeping } from "./cold.ts";
import { newKey, type Stage } from "./stage.ts";

const ASLEEP = 100_000;
const AWAKE = Number(process.env.BENCH_AWAKE ?? 20_000);
/** Actors opened before the measurement, so that code and pools are loaded; then opened at a time, so that collected memory is reused
 *  as in a node whose actors wake one by one. */
const WAVE = 5_000;
/** An audience rests after 10 s without viewers; then the actor is idle. */
const RESTS_AFTER_MS = 13_000;
const TIMES = 20;

interface Memory {
  rss: number;
  heap: number;
}

export async function benchAsleep(stage: Stage): Promise<BenchResult> {
  const node = await stage.startNode("counter");
  await node.ask("openAll", Array.from({ length: 100 }, newKey));
  const rows: string[][] = [];
  const look = async (what: string) => {
    const { rss } = await node.ask<Memory>("memory");
    const [ownedBy, due] = [await questions(node, "timeOwnedBy"), await questions(node, "timeDue")];
    rows.push([what, mib(rss), ownedBy, due]);
    return rss;
  };
  await look("warm up");
  rows.length = 0;
  const before = await look("none");
  const keys = Array.from({ length: ASLEEP }, newKey);
  for (let i = 0; i < ASLEEP; i += 10_000) await sleeping(stage, keys.slice(i, i + 10_000));
  await stage.database.sql`ANALYZE actors`; // Autovacuum would do this within a minute.
  const after = await look(String(ASLEEP));
  rows.push(["bytes each", ((after - before) / ASLEEP).toFixed(1), "–", "–"]);
  await node.kill();
  await stage.database.sql`TRUNCATE actors`;
  return {
    title: "Sleeping actors",
    target: "0 bytes in the node; what it asks each second stays cheap",
    method: `rows with state and no node; a node's queries of each second, ${TIMES} times`,
    header: ["asleep", "node's RSS, MB", "ownedBy p50/max ms", "due p50/max ms"],
    rows,
  };
}

export async function benchAwake(stage: Stage): Promise<BenchResult> {
  const rows: string[][] = [];
  for (const actor of ["counter", "channel"] as const) {
    const node = await stage.startNode(actor);
    let openedMs = 0;
    const wave = async () => {
      const startMs = performance.now();
      await node.ask("openAll", Array.from({ length: WAVE }, newKey));
      openedMs += performance.now() - startMs;
      return node.ask<Memory>("memory");
    };
    const idle = async () => {
      if (actor === "channel") await Bun.sleep(RESTS_AFTER_MS);
      return node.ask<Memory>("memory");
    };
    await wave();
    const before = await idle();
    for (let opened = 0; opened < AWAKE; opened += WAVE) await wave();
    const after = await idle();
    const awake = await node.ask<number>("awake");
    // A channel falls asleep after a minute; on a slow machine some do before the last is open.
    if (awake !== WAVE + AWAKE) throw new Error(`only ${awake} actors are still awake: the machine is too slow`);
    if (process.env.BENCH_OBJECTS) console.log(await node.ask("objects"));
    const each = (of: keyof Memory) => `${((after[of] - before[of]) / AWAKE / 1024).toFixed(2)} KB`;
    rows.push([
      actor === "counter" ? "counter" : "real channel",
      each("rss"),
      each("heap"),
      await questions(node, "timeOwnedBy"),
      (await node.ask<number>("stallMs", 3_000)).toFixed(0),
      ((WAVE + AWAKE) / (openedMs / 1_000)).toFixed(0),
    ]);
    await node.kill();
    await stage.database.sql`TRUNCATE actors`;
    await stage.database.sql`UPDATE nodes SET left_at = now()`;
  }
  return {
    title: "Awake idle actors",
    target: "≤ 4 KB each",
    method: `${AWAKE} more actors in a node that has ${WAVE}, in waves of ${WAVE}; memory after collections; state included (a counter's: 2 fields)`,
    header: ["actor", "RSS each", "heap each", "ownedBy p50/max ms", "longest stall in 3 s, ms", "opened/s"],
    rows,
  };
}

async function questions(node: Helper, verb: string): Promise<string> {
  const { p50, max } = quantiles(await node.ask<number[]>(verb, TIMES));
  return `${p50.toFixed(1)} / ${max.toFixed(1)}`;
}

const mib = (bytes: number) => (bytes / 1024 ** 2).toFixed(1);
