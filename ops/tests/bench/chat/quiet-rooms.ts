// Ten thousand rooms with one socket each, and a line a minute.

import { residentBytes } from "#ops/tests/support/balancer.ts";
import { cpuShares } from "#ops/tests/support/cpu-time.ts";
import { bootSystem } from "#ops/tests/support/system.ts";
import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase } from "#schema/database.ts";
import { Crowd } from "../../support/crowd/crowd.ts";
import { speakerAccounts } from "../../support/crowd/speaker-accounts.ts";
import { quantile } from "../../support/quantiles.ts";
import type { BenchOptions, BenchResult } from "../result.ts";
import { UNLIMITED } from "./servers.ts";

const ROOMS = 10_000;
const JOINS_PER_S = 200;
const SETTLE_MS = 10_000;
const WINDOW_MS = 60_000;

/** `--sockets`: another number of rooms. */
export async function benchQuietRooms({ sockets }: BenchOptions): Promise<BenchResult> {
  const rooms = Number(sockets ?? ROOMS);
  const system = await bootSystem({ env: UNLIMITED });
  let crowd: Crowd | undefined;
  try {
    const running = findRunning(system.data);
    const database = connectDatabase({ url: running.databaseUrl, applicationName: "bench", connectionsMax: 1 });
    const { tokens, logins } = await speakerAccounts(database.sql, running.folder.secrets().jwtSecret, rooms).finally(
      () => database.close(),
    );
    await Bun.sleep(SETTLE_MS);
    const nodes = ["edge-1", "actor-1"] as const;
    const resident = () => nodes.map((name) => residentBytes(system.pidOf(name)));
    const empty = resident();
    const where = { urls: [system.url], channel: logins[0]!, dialect: "plain" as const };
    const overMs = (rooms / JOINS_PER_S) * 1_000;
    crowd = await Crowd.gather({ ...where, tokens, rooms: logins, listeners: 0, processes: 2, overMs });
    await crowd.isIn(overMs + 120_000);
    const linesPerS = rooms / 60;
    const quiet = await cpuShares(system, { windowMs: WINDOW_MS / 4 });
    await crowd.say(linesPerS);
    await Bun.sleep(SETTLE_MS);
    const before = await crowd.report();
    const commitsBefore = await commitsOf(running.databaseUrl);
    const shares = await cpuShares(system, { windowMs: WINDOW_MS });
    const after = await crowd.report();
    const full = resident();
    const committed = (after.acknowledged.length - before.acknowledged.length) / (WINDOW_MS / 1_000);
    const statements = (await commitsOf(running.databaseUrl)) - commitsBefore;
    const answers = [0.5, 0.99].map((share) => quantile(after.answersMs, share).toFixed(0)).join(" / ");
    const refused = Object.values(after.refused).reduce((sum, count) => sum + count, after.skipped);
    const row = (name: string, index: number) => {
      const kb = index < 0 ? "" : ((full[index]! - empty[index]!) / 1024 / rooms).toFixed(1);
      return [name, kb, (quiet.get(name) ?? 0).toFixed(1), (shares.get(name) ?? 0).toFixed(1)];
    };
    return {
      title: `Chat: ${rooms} quiet rooms`,
      target: "none of its own: what an idle room costs",
      method: `one edge, one actor node; one socket in each room, all of them speakers: ${linesPerS.toFixed(0)} lines/s over all rooms for ${WINDOW_MS / 1_000} s; ${committed.toFixed(0)} committed a second, by ${(statements / (WINDOW_MS / 1_000)).toFixed(0)} transactions of the whole system, acknowledged after ${answers} ms (p50 / p99), ${refused} refused, ${after.lost + after.doubled + after.mixedUp} faults of the audit`,
      header: ["process", "KB a room", "% of a core, nobody speaks", "% of a core, a line a minute"],
      rows: [...nodes.map(row), row("postgres", -1), row("nats", -1), row("redis", -1)],
    };
  } finally {
    await crowd?.leave();
    await system.stop();
  }
}

/** Transactions that PostgreSQL has committed, of all its clients; it tells its own a moment later. */
async function commitsOf(url: string): Promise<number> {
  const database = connectDatabase({ url, applicationName: "bench", connectionsMax: 1 });
  try {
    const [row] = await database.sql<[{ commits: number }]>`
      SELECT xact_commit::float8 AS commits FROM pg_stat_database WHERE datname = current_database()`;
    return row.commits;
  } finally {
    await database.close();
  }
}
