// Runs one seed: a cluster, its clients and its faults.

import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import { SimHub } from "./bus.ts";
import { Checks } from "./checks.ts";
import { type ClientOptions, chat, count, Encoder, moderate, SimEdge, troll, Viewer } from "./clients.ts";
import { SimClock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import { AWAKE_KEY } from "./counter.ts";
import { DRILL_NAMES, DRILLS, type DrillName } from "./drills/drills.ts";
import { planFaults } from "./faults.ts";
import { planLasting } from "./lasting.ts";
import { SimIngest } from "./media.ts";
import { CHANNEL_KEY, SimNode } from "./node.ts";
import { planPatience } from "./patience.ts";
import { SimPeers } from "./peers.ts";
import { type Broken, SimPostgres } from "./postgres.ts";
import { RealPostgres, type RealServer } from "./real-postgres.ts";
import { planReplacements } from "./replaced.ts";
import { decideHeld, pollRoom, saySuspicious, vote } from "./room-clients.ts";
import { Process, Simulation } from "./simulation.ts";

export interface Outcome {
  seed: number;
  /** Hash of all traced events, in order. */
  hash: string;
  violations: string[];
  stats: Record<string, number>;
  highest: Record<string, number>;
  steps: number;
  simulatedMs: number;
  story: string[] | null;
}

const NODES = 3;
/** What happens in a run: faults of any kind, or one kind of trouble. */
const SCENES = ["any", "replaced", "any", "lasting", "any", "hand-overs", "drills", "patience"] as const;

export type Scene = (typeof SCENES)[number];

/** `drill`: of a seed with that scene. */
export function sceneOf(seed: number): { scene: Scene; drill: DrillName | null } {
  const scene = SCENES[(seed + SCENES.length - 1) % SCENES.length]!;
  const turn = Math.floor(seed / SCENES.length) % DRILL_NAMES.length;
  return { scene, drill: scene === "drills" ? DRILL_NAMES[turn]! : null };
}

/** What a run can be limited to: a scene or a drill. */
export const LIMITS: ReadonlySet<string> = new Set([...SCENES, ...DRILL_NAMES]);

export function isWithin(seed: number, limit: string | undefined): boolean {
  const { scene, drill } = sceneOf(seed);
  return limit === undefined || limit === scene || limit === drill;
}
/** Every actor must answer this long after the last fault (I7); NATS needs up to 15 s to notice a vanished machine. */
const MENDED_MS = 18_000;
const PROBE_MS = 5_000;
/** A published picture must have moved within this time before the end. */
const PICTURE_MS = 15_000;

type MakeClient = (key: string, name: string, pauseMs: readonly [number, number]) => ClientOptions;

/** Lines that are held, two moderators who decide about them, polls, and three people who vote. */
function busyRoom(channel: string, client: MakeClient) {
  void saySuspicious(client(channel, "d5", [300, 2_000]));
  void decideHeld({ ...client(channel, "m2", [100, 2_500]), holdMs: 5_000 });
  void decideHeld({ ...client(channel, "m3", [100, 2_500]), holdMs: null });
  void pollRoom(client(channel, "m4", [500, 3_000]));
  for (const name of ["v1", "v2", "v3"]) void vote(client(channel, name, [50, 1_500]));
}

interface RunOptions {
  broken?: Broken;
  story?: boolean;
  /** Default: simulated alone. */
  postgres?(sim: Simulation): SimPostgres;
}

export function runSeed(seed: number, options: RunOptions = {}): Outcome {
  const { sim, endMs, finish } = plan(seed, options);
  sim.run(endMs);
  return finish();
}

/** The same run, whose SQL a real server runs too. */
export async function runSeedOnServer(seed: number, server: RealServer): Promise<Outcome> {
  await server.empty();
  const opened: RealPostgres[] = [];
  const postgres = (sim: Simulation) => {
    const database = new RealPostgres(sim, server);
    opened.push(database);
    return database;
  };
  const { sim, endMs, finish } = plan(seed, { postgres });
  await sim.runWithOutside(endMs);
  for (const database of opened) await database.abandon();
  return finish();
}

function plan(seed: number, { broken = {}, story = false, postgres }: RunOptions) {
  const sim = new Simulation(seed, { story });
  const hub = new SimHub(sim);
  const database = postgres?.(sim) ?? new SimPostgres(sim, broken);
  const ingest = new SimIngest(sim);
  const sleepAfterMs = sim.pick([300, 1_500, 60_000]);
  const objects = new MemoryObjects(new SimClock(sim, new Process("object store")));
  const peers = new SimPeers(sim);
  const cluster: Cluster = { sim, hub, database, ingest, peers, objects, sleepAfterMs };
  const checks = new Checks(sim, database);
  const nodes = Array.from({ length: NODES }, (_, index) => new SimNode(cluster, index + 1));
  const edges = [new SimEdge(cluster, checks, "edge-1"), new SimEdge(cluster, checks, "edge-2")];

  const { scene, drill } = sceneOf(seed);
  const drawnMs = sim.between(14_000, 34_000);
  const faultsUntilMs = drill ? DRILLS[drill].untilMs : drawnMs;
  const answerByMs = faultsUntilMs + MENDED_MS;
  const endMs = answerByMs + PROBE_MS;
  const untilMs = faultsUntilMs + MENDED_MS / 2;
  const channel = `${CHANNEL_KEY}1`;
  const counters = [`${AWAKE_KEY}1`, "a2", "a3"];
  const client: MakeClient = (key, name, pauseMs) => ({
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
  if (!postgres) {
    void troll(client(channel, "d4", [50, 900]));
    void moderate(client(channel, "m1", [300, 4_000]), "d4");
    if (scene === "any" || scene === "hand-overs") busyRoom(channel, client);
  }
  const encoder = new Encoder(edges[0]!, channel);
  void encoder.run(answerByMs);
  const viewers = edges.map((edge) => ({ edge, viewer: new Viewer(edge, channel, nodes) }));
  const targets = { sim, hub, database, ingest, objects, nodes, edges, encoders: [encoder] };
  const faultCount = 3 + Math.floor(sim.random.next() * 7);
  const times = { fromMs: 2_000, untilMs: faultsUntilMs };
  switch (scene) {
    case "lasting":
      planLasting({ ...targets, channel, counters, atMs: faultsUntilMs });
      break;
    case "replaced":
      planReplacements(targets, { fromMs: 11_000, untilMs: faultsUntilMs, keys: [channel, `${AWAKE_KEY}1`] });
      break;
    case "patience":
      planPatience(targets, { untilMs: faultsUntilMs });
      break;
    case "hand-overs":
      planFaults(targets, { ...times, count: faultCount, handOvers: true });
      break;
    case "drills":
      sim.count(`drill: ${drill}`);
      if (drill) DRILLS[drill].plan({ ...targets, checks, channel, counter: counters[0]!, answerByMs });
      break;
    case "any":
      planFaults(targets, { ...times, count: faultCount });
  }

  sim.after(answerByMs, () => {
    for (const key of [channel, ...counters]) {
      const message = { type: key === channel ? "describe" : "get" };
      void edges[0]!
        .callUntil(key, message, `probe-${key}`, endMs - 1)
        .then((value) => value === null && sim.violation(`I7: ${key} is not callable`));
    }
  });
  const finish = (): Outcome => {
    checks.finish();
    checks.recorded(objects);
    checks.recordedOnce();
    for (const { edge, viewer } of viewers) {
      const { broadcastId } = viewer;
      const stillMs = broadcastId ? sim.nowMs - checks.headMovedMs(edge.name, broadcastId) : Number.POSITIVE_INFINITY;
      if (encoder.publishing && stillMs > PICTURE_MS)
        sim.violation(`I7: an encoder publishes but the picture does not move at ${edge.name}`);
    }
    const { hash, violations, stats, highest, steps } = sim;
    return { seed, hash, violations, stats, highest, steps, simulatedMs: endMs, story: sim.story };
  };
  return { sim, endMs, finish };
}
