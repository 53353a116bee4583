// The rows of the suite. Ids are those of the project's list of faults.

import { survivors } from "#ops/tests/support/descendants.ts";
import { until } from "#ops/tests/support/until.ts";
import { hangDuringUpdates, killDuringUpdates } from "../injections/edge.ts";
import { loopForever } from "../injections/endless-loop.ts";
import { poison } from "../injections/poison.ts";
import { blackhole, loseCommits, loseDirection, stopInsideStatement } from "../injections/stores.ts";
import type { Scene } from "../scene.ts";
import type { Owner } from "../show.ts";
import type { Stage } from "../stage.ts";
import { oneOwnerServes } from "../watch/ingest-facts.ts";
import { stateOf } from "../watch/process-facts.ts";
import { metricOf } from "../watch/recovery-times.ts";
import type { FaultRow } from "./fault-row.ts";

/** Its ladder must die with it. */
export async function killOwner({ stage: { system }, owner: { node }, ladders, strike }: Scene): Promise<string> {
  const starts = system.startsOf(node);
  process.kill(system.pidOf(node), "SIGKILL");
  strike();
  await until("its ladder to die with it", () => survivors(ladders).length === 0, { withinMs: 2_000 });
  await system.restarted(node, starts);
  return `${node} died with ${ladders.length} ladders and was started again`;
}

/** SIGSTOP for `ms`, then SIGCONT. The proof is the process state that the kernel reports. */
export const pauseOwner =
  (ms: number) =>
  async ({ stage, owner, strike }: Scene): Promise<string> => {
    const pid = stage.system.pidOf(owner.node);
    process.kill(pid, "SIGSTOP");
    strike();
    await until("the kernel to stop it", () => stateOf(pid) === "T", { everyMs: 5 });
    await Bun.sleep(ms);
    if (stateOf(pid) !== "T") throw new Error(`${owner.node} did not stay stopped`);
    process.kill(pid, "SIGCONT");
    return `${owner.node} was in state T for ${ms} ms`;
  };

/** Checks a replaced owner: its pull and its ladder are gone, and it noticed the take-over, by the fence or by a restart as a new
 *  incarnation. */
export async function replacedOwnerIsGone(played: Omit<Scene, "strike" | "over">): Promise<string> {
  const { stage, owner } = played;
  const sinceMs = performance.now();
  const served = await oneOwnerServes(played);
  const goneMs = Math.round(performance.now() - sinceMs);
  const knows = await until("the replaced owner to notice the take-over", () => noticedTakeOver(stage, owner), {
    withinMs: 10_000,
  });
  return `${served}, ${goneMs} ms after the fault; ${knows}`;
}

async function noticedTakeOver(stage: Stage, { node, incarnation }: Owner): Promise<string | null> {
  const living = await stage.sql`
    SELECT incarnation FROM nodes WHERE name = ${node} AND left_at IS NULL AND seen_at > now() - interval '3 s'`;
  const isNew = living.some((row) => row.incarnation !== incarnation);
  if (isNew && stage.system.startsOf(node) > 0) return "it came back as a new incarnation";
  const fenced = await metricOf(stage, node, "actor_fenced_total");
  return fenced > 0 ? `actor_fenced_total ${fenced}` : null;
}

export const rows: FaultRow[] = [
  {
    id: "F-01",
    name: "kill -9 of the owner's node",
    takenOver: true,
    limits: { callMs: 1_500, lineMs: 3_000, pictureMs: 4_000, numberMs: 6_000 },
    inject: killOwner,
    after: oneOwnerServes,
  },
  {
    id: "F-02a",
    name: "SIGSTOP of the owner for 1 s: it stays the owner",
    takenOver: false,
    limits: { callMs: 3_500, lineMs: 5_000, pictureMs: 5_000 },
    inject: pauseOwner(1_000),
  },
  {
    id: "F-02b",
    name: "SIGSTOP of the owner for 15 s: taken over, the zombie does no harm",
    takenOver: true,
    limits: { takeOverMs: 3_000, callMs: 4_000, pictureMs: 6_000 },
    inject: pauseOwner(15_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "F-02c",
    name: "SIGSTOP of the owner for 30 s: taken over, the zombie does no harm",
    takenOver: true,
    limits: { takeOverMs: 3_000, callMs: 4_000, pictureMs: 6_000 },
    inject: pauseOwner(30_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "F-03",
    name: "the owner's link to NATS hangs, PostgreSQL stays",
    takenOver: true,
    limits: { takeOverMs: 3_500, pictureMs: 6_500, silentMs: 4_500 },
    inject: blackhole("natsProxies", 30_000),
    after: replacedOwnerIsGone,
  },
  // A node sends heartbeats only while NATS answers it, so losing one direction is as bad as losing both.
  {
    id: "F-03b",
    name: "messages from the owner to NATS are lost, messages from NATS arrive",
    takenOver: true,
    limits: { takeOverMs: 3_500, pictureMs: 6_500, silentMs: 4_500 },
    inject: loseDirection("natsProxies", "up", 30_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "F-03c",
    name: "messages from NATS to the owner are lost, messages from the owner arrive",
    takenOver: true,
    limits: { takeOverMs: 3_500, pictureMs: 6_500, silentMs: 4_500 },
    inject: loseDirection("natsProxies", "down", 30_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "F-05",
    name: "the owner's connections to PostgreSQL hang",
    takenOver: true,
    limits: { takeOverMs: 13_000, callMs: 3_500, stillMs: 5_000, silentMs: 14_000 },
    inject: blackhole("databaseProxies", 20_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "F-05b",
    name: "statements of the owner to PostgreSQL are lost, answers would arrive",
    takenOver: true,
    limits: { takeOverMs: 13_000, callMs: 3_500, stillMs: 5_000, silentMs: 14_000 },
    inject: loseDirection("databaseProxies", "up", 20_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "F-05c",
    name: "answers of PostgreSQL to the owner are lost: statements are executed without an answer",
    takenOver: true,
    limits: { takeOverMs: 13_000, callMs: 3_500, stillMs: 5_000, silentMs: 14_000 },
    inject: loseDirection("databaseProxies", "down", 20_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "F-09",
    name: "commit unknown: the answer to an insert is lost, then the connection is reset",
    takenOver: false,
    limits: { callMs: 1_000, lineMs: 3_000, pictureMs: 3_000 },
    inject: loseCommits(5),
  },
  {
    id: "F-22",
    name: "values that PostgreSQL refuses, and requests that break the handler",
    takenOver: false,
    limits: { callMs: 1_000, lineMs: 2_000, stillMs: 3_000, silentMs: 2_000 },
    inject: poison,
  },
  {
    id: "F-22b",
    name: "a handler of the owner never returns",
    takenOver: true,
    limits: { takeOverMs: 3_500, callMs: 4_000, pictureMs: 6_000 },
    inject: loopForever,
    after: replacedOwnerIsGone,
  },
  {
    id: "E-01",
    name: "SIGSTOP of the owner inside a statement that waits for its row",
    takenOver: true,
    limits: { takeOverMs: 3_500, pictureMs: 6_000 },
    inject: stopInsideStatement(20_000),
    after: replacedOwnerIsGone,
  },
  {
    id: "E-02",
    name: "the hook's edge is dead whenever on_update fires",
    takenOver: false,
    limits: { callMs: 1_000, stillMs: 3_000 },
    inject: killDuringUpdates(25_000),
  },
  {
    id: "E-03",
    name: "the hook's edge hangs while on_update fires",
    takenOver: false,
    limits: { callMs: 1_000 },
    inject: hangDuringUpdates(25_000),
  },
];
