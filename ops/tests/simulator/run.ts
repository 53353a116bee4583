// Runs one seed: a cluster, its clients and its faults.

import { SimHub } from "./bus.ts";
import { Checks } from "./checks.ts";
import { type ClientOptions, chat, count, Encoder, SimEdge, Viewer } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import { AWAKE_KEY } from "./counter.ts";
import { planFaults } from "./faults.ts";
import { SimIngest } from "./media.ts";
import type { Mutation } from "./mutations.ts";
import { CHANNEL_KEY, SimNode } from "./node.ts";
import { SimPostgres } from "./postgres.ts";
import { Simulation } from "./simulation.ts";

export interface Outcome {
  seed: number;
  /** Hash of all traced events, in order. */
  hash: string;
  violations: string[];
  stats: Record<string, number>;
  steps: number;
  simulatedMs: number;
  story: string[] | null;
}

const NODES = 3;
/** Every actor must answer this long after the last fault (I7); NATS needs up to 15 s to notice a vanished machine. */
const MENDED_MS = 18_000;
const PROBE_MS = 5_000;
/** A published picture must have moved within this time before the end. */
const PICTURE_MS = 15_000;

export function runSeed(
  seed: number,
  { mutation = {}, story = false }: { mutation?: Mutation; story?: boolean } = {},
): Outcome {
  const sim = new Simulation(seed, { story });
  const hub = new SimHub(sim);
  const database = new SimPostgres(sim, mutation.database ?? {});
  const ingest = new SimIngest(sim);
  const sleepAfterMs = sim.pick([300, 1_500, 60_000]);
  const cluster: Cluster = { sim, hub, database, ingest, mutation: mutation.code ?? {}, sleepAfterMs };
  const checks = new Checks(sim, database);
  const nodes = Array.from({ length: NODES }, (_, index) => new SimNode(cluster, index + 1));
  const edges = [new SimEdge(cluster, checks, "edge-1"), new SimEdge(cluster, checks, "edge-2")];

  const faultsUntilMs = sim.between(14_000, 34_000);
  const answerByMs = faultsUntilMs + MENDED_MS;
  const endMs = answerByMs + PROBE_MS;
  const untilMs = faultsUntilMs + MENDED_MS / 2;
  const channel = `${CHANNEL_KEY}1`;
  const counters = [`${AWAKE_KEY}1`, "a2", "a3"];
  const client = (key: string, name: string, pauseMs: readonly [number, number]): ClientOptions => ({
    edge: sim.pick(edges),
    key,
    name,
    untilMs,
    answerByMs,
    pauseMs,
  });
  void count(client(`${AWAKE_KEY}1`, "f1", [400, 2_000]));
  void count(client(`${AWAKE_KEY}1`, "f2", [400, 2_000]));
  void count({ ...client(`${AWAKE_KEY}1`, "f5", [100, 600]), reads: 1 });
  void count(client("a2", "f3", [500, 3_000]));
  void count(client("a3", "f4", [2_000, 9_000]));
  void chat(client(channel, "d1", [100, 1_200]));
  void chat(client(channel, "d2", [100, 1_200]));
  void chat(client(channel, "d3", [20, 3_000]));
  const encoder = new Encoder(edges[0]!, channel);
  void encoder.run(answerByMs);
  const viewers = edges.map((edge) => ({ edge, viewer: new Viewer(edge, channel, nodes) }));
  planFaults(
    { sim, hub, database, ingest, nodes, edges, encoders: [encoder] },
    { count: 3 + Math.floor(sim.random.next() * 7), fromMs: 2_000, untilMs: faultsUntilMs },
  );

  sim.after(answerByMs, () => {
    for (const key of [channel, ...counters]) {
      const message = { type: key === channel ? "describe" : "get" };
      void edges[0]!
        .callUntil(key, message, `probe-${key}`, endMs - 1)
        .then((value) => value === null && sim.violation(`I7: ${key} is not callable`));
    }
  });
  sim.run(endMs);
  checks.finish();
  for (const { edge, viewer } of viewers) {
    const { broadcastId } = viewer;
    const stillMs = broadcastId ? sim.nowMs - checks.headMovedMs(edge.name, broadcastId) : Number.POSITIVE_INFINITY;
    if (encoder.publishing && stillMs > PICTURE_MS)
      sim.violation(`I7: an encoder publishes but the picture does not move at ${edge.name}`);
  }
  const { hash, violations, stats, steps } = sim;
  return { seed, hash, violations, stats, steps, simulatedMs: endMs, story: sim.story };
}
