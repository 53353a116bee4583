// PostgreSQL: reachable, migrated, set so that what is acknowledged is on disk, quick enough, with connections to spare.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock as clock } from "#runtime/base/clock.ts";
import type { Sql } from "#schema/database.ts";
import {
  commitNothing,
  databaseNowMs,
  mightyNodes,
  ranMigrations,
  type ServerFacts,
  serverFacts,
} from "#schema/queries/operator/doctor.ts";
import { bytes } from "../table.ts";
import { atMost, type Check, fault, ok, strangers, warning } from "./check.ts";

const MIGRATIONS = join(import.meta.dir, "../../../schema/migrations");
const TRIES = 20;

export async function databaseChecks(sql: Sql): Promise<Check[]> {
  const facts = await serverFacts(sql);
  return [
    ok("database", "server", `PostgreSQL ${facts.version}, ${bytes(facts.bytes)}`),
    facts.readOnly
      ? fault(
          "database",
          "writes",
          "read-only",
          "promote it or free its disk: live video runs on, chat and owners need writes",
        )
      : ok("database", "writes", "taken"),
    await migrations(sql),
    durability(facts),
    timeouts(facts),
    connections(facts),
    await users(sql),
    facts.stuck > 0
      ? warning(
          "database",
          "stuck statements",
          `${facts.stuck} wait for a lock or inside a transaction`,
          "see pg_stat_activity; a dead node's are ended by whoever claims its actors",
        )
      : ok("database", "stuck statements", "none"),
    await latency("read", () => databaseNowMs(sql), { warnOver: 20, faultOver: 500 }),
    ...(facts.readOnly ? [] : [await latency("commit", () => commitNothing(sql), { warnOver: 50, faultOver: 1_000 })]),
    await clockDifference(sql),
  ];
}

async function migrations(sql: Sql): Promise<Check> {
  const todo = "start the system of this version (`npm start` migrates), or run ops/docker/migrate.ts";
  const ran = await ranMigrations(sql);
  if (!ran) return fault("database", "migrations", "none ever ran", todo);
  const known = readdirSync(MIGRATIONS).filter((file) => file.endsWith(".sql"));
  const missing = known.filter((name) => !ran.includes(name));
  const newer = ran.filter((name) => !known.includes(name));
  if (missing.length > 0) return fault("database", "migrations", `missing: ${missing.join(", ")}`, todo);
  if (newer.length > 0)
    return warning(
      "database",
      "migrations",
      `newer than this code: ${newer.join(", ")}`,
      "use the tool of the version that runs",
    );
  return ok("database", "migrations", `all ${ran.length}`);
}

function durability({ synchronousCommit, fsync, fullPageWrites }: ServerFacts): Check {
  const found = `synchronous_commit ${synchronousCommit}, fsync ${fsync}, full_page_writes ${fullPageWrites}`;
  const sound = !["off"].includes(synchronousCommit) && fsync === "on" && fullPageWrites === "on";
  return sound
    ? ok("database", "durability", found)
    : fault(
        "database",
        "durability",
        found,
        "turn them on: an acknowledged line or epoch could be lost, and two owners share an epoch",
      );
}

function timeouts({ statementTimeout, idleInTransactionTimeout }: ServerFacts): Check {
  const found = `statement ${statementTimeout}, idle in transaction ${idleInTransactionTimeout}`;
  return statementTimeout === "0" || idleInTransactionTimeout === "0"
    ? fault(
        "database",
        "time-outs",
        found,
        "a pooler in between drops them: a paused owner could hold its row for ever",
      )
    : ok("database", "time-outs", found);
}

function connections({ connectionsUsed, connectionsMax }: ServerFacts): Check {
  const found = `${connectionsUsed} of ${connectionsMax}`;
  const todo = "raise max_connections: an actor node takes up to 20, an edge up to 10";
  const value = connectionsUsed / connectionsMax;
  return atMost("database", "connections", { value, found, warnOver: 0.7, faultOver: 0.95, todo });
}

async function users(sql: Sql): Promise<Check> {
  const mighty = await mightyNodes(sql);
  return mighty.length > 0
    ? strangers("database", `edges or actor nodes connect as ${mighty.join(", ")}, who may change the schema`)
    : ok("database", "users", "nodes read and write rows, no more");
}

async function latency(
  what: string,
  work: () => Promise<unknown>,
  bounds: { warnOver: number; faultOver: number },
): Promise<Check> {
  await work(); // Connecting and preparing is not what is measured.
  const took: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const startMs = clock.monoMs();
    await work();
    took.push(clock.monoMs() - startMs);
  }
  took.sort((a, b) => a - b);
  const [median, worst] = [took[TRIES / 2]!, took.at(-1)!];
  const found = `median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms of ${TRIES}`;
  const todo = "a busy disk or a far database: every chat line and every change of owner waits for it";
  return atMost("database", `${what} latency`, { value: median, found, ...bounds, todo });
}

async function clockDifference(sql: Sql): Promise<Check> {
  const before = clock.wallMs();
  const theirs = await databaseNowMs(sql);
  const differenceMs = theirs - (before + clock.wallMs()) / 2;
  const found = `${Math.abs(differenceMs).toFixed(0)} ms ${differenceMs < 0 ? "behind" : "ahead of"} this machine`;
  const todo = "run a time service on both: who owns what does not depend on it, but sign-ins and dates do";
  return atMost("database", "clock", {
    value: Math.abs(differenceMs),
    found,
    warnOver: 1_000,
    faultOver: 60_000,
    todo,
  });
}
