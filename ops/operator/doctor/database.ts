// Checks of PostgreSQL: migrations, durability, time-outs, connections, users, latency, clock.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { ForeignDatabase, judgeLineage } from "#runtime/cluster/lineage.ts";
import type { Sql } from "#schema/database.ts";
import { readLineage } from "#schema/queries/cluster/lineage.ts";
import {
  commitNothing,
  databaseNowMs,
  mightyNodes,
  ranMigrations,
  type ServerFacts,
  serverFacts,
} from "#schema/queries/operator/doctor.ts";
import { bytes } from "../format.ts";
import { atMost, type Check, fault, ok, warning, withoutUsers } from "./check.ts";

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
          "promote it or free its disk: live video continues, but chat and take-overs need writes",
        )
      : ok("database", "writes", "accepted"),
    await migrations(sql),
    await lineage(sql),
    durability(facts),
    timeouts(facts),
    connections(facts),
    await users(sql),
    facts.stuck > 0
      ? warning(
          "database",
          "stuck statements",
          `${facts.stuck} wait for a lock or inside a transaction`,
          "see pg_stat_activity; a node that takes over actors ends the dead node's statements",
        )
      : ok("database", "stuck statements", "none"),
    await latency("read", () => databaseNowMs(sql), { warnOver: 20, faultOver: 500 }),
    ...(facts.readOnly ? [] : [await latency("commit", () => commitNothing(sql), { warnOver: 50, faultOver: 1_000 })]),
    await clockDifference(sql),
  ];
}

async function migrations(sql: Sql): Promise<Check> {
  const todo = "run `npm start`, which migrates, or ops/docker/migrate.ts";
  const ran = await ranMigrations(sql);
  if (!ran) return fault("database", "migrations", "none has run", todo);
  const known = readdirSync(MIGRATIONS).filter((file) => file.endsWith(".sql"));
  const missing = known.filter((name) => !ran.includes(name));
  const newer = ran.filter((name) => !known.includes(name));
  if (missing.length > 0) return fault("database", "migrations", `missing: ${missing.join(", ")}`, todo);
  if (newer.length > 0)
    return warning(
      "database",
      "migrations",
      `newer than this code: ${newer.join(", ")}`,
      "use the operator's tool of the running version",
    );
  return ok("database", "migrations", `all ${ran.length}`);
}

async function lineage(sql: Sql): Promise<Check> {
  const reading = await readLineage(sql, null);
  if (!reading?.kept)
    return warning(
      "database",
      "lineage",
      "the server does not say which database it is",
      "after a restore run `raise-epochs`: nodes do not notice",
    );
  const { kept, here } = reading;
  if (judgeLineage(reading) === "ours") return ok("database", "lineage", `${here.identity}, timeline ${here.timeline}`);
  const { message } = new ForeignDatabase({ kept, here });
  return fault(
    "database",
    "lineage",
    message.split(":")[0]!,
    "stop all actor nodes, run `npm run ops -- raise-epochs`, and start them",
  );
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
        "turn them on: a crash could lose acknowledged chat lines, and give one epoch to two owners",
      );
}

function timeouts({ statementTimeout, idleInTransactionTimeout }: ServerFacts): Check {
  const found = `statement ${statementTimeout}, idle in transaction ${idleInTransactionTimeout}`;
  return statementTimeout === "0" || idleInTransactionTimeout === "0"
    ? fault(
        "database",
        "time-outs",
        found,
        "connect without the pooler that drops them: a paused owner could lock its row for ever",
      )
    : ok("database", "time-outs", found);
}

function connections({ connectionsUsed, connectionsMax }: ServerFacts): Check {
  const found = `${connectionsUsed} of ${connectionsMax}`;
  const todo = "raise max_connections: an actor node uses up to 20, an edge up to 10";
  const value = connectionsUsed / connectionsMax;
  return atMost("database", "connections", { value, found, warnOver: 0.7, faultOver: 0.95, todo });
}

async function users(sql: Sql): Promise<Check> {
  const mighty = await mightyNodes(sql);
  return mighty.length > 0
    ? withoutUsers("database", `edges or actor nodes connect as ${mighty.join(", ")}, which may change the schema`)
    : ok("database", "users", "nodes can only read and write rows");
}

async function latency(
  what: string,
  work: () => Promise<unknown>,
  bounds: { warnOver: number; faultOver: number },
): Promise<Check> {
  await work(); // The first run connects and prepares, and is not measured.
  const took: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const startMs = clock.monoMs();
    await work();
    took.push(clock.monoMs() - startMs);
  }
  took.sort((a, b) => a - b);
  const [median, worst] = [took[TRIES / 2]!, took.at(-1)!];
  const found = `median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms of ${TRIES}`;
  const todo = "every chat line and take-over waits this long: is the disk busy or the database far away?";
  return atMost("database", `${what} latency`, { value: median, found, ...bounds, todo });
}

async function clockDifference(sql: Sql): Promise<Check> {
  const before = clock.wallMs();
  const theirs = await databaseNowMs(sql);
  const differenceMs = theirs - (before + clock.wallMs()) / 2;
  const found = `${Math.abs(differenceMs).toFixed(0)} ms ${differenceMs < 0 ? "behind" : "ahead of"} this machine`;
  const todo = "run a time service on both: ownership does not depend on clocks, but sign-ins and dates do";
  return atMost("database", "clock", {
    value: Math.abs(differenceMs),
    found,
    warnOver: 1_000,
    faultOver: 60_000,
    todo,
  });
}
