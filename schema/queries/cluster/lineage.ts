// Which database this is, and the step after a restore: it raises what only rises, so that nothing is given twice (design §3, §4.8).

import { type Sql, sqlState } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";
import { ONLY_KEY } from "../../wire/subjects.ts";

/** By how much a restore raises epochs and numbers of segments: more than a cluster uses in the time that a backup may lack. */
export const RAISE = 1_000;

/** A database, as PostgreSQL knows it. A restored one has another timeline, a copied one another identity. */
export interface Lineage {
  identity: string;
  timeline: number;
}

export interface LineageReading {
  /** What the database says it is. Null: it was migrated on a server that did not tell. */
  kept: Lineage | null;
  /** What the server says. */
  here: Lineage;
  /** Heartbeats of the asking node; null: it has no row, or has left. */
  beats: number | null;
}

/** SQLSTATE of a server that does not tell which database it is: no permission, no such function, not supported. */
const SECRETIVE = new Set(["42501", "42883", "0A000"]);

const serverLineage = (sql: Sql) => sql`
  SELECT s.system_identifier || '/' || d.oid AS identity,
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint AS timeline
  FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()`;

/** Null: the server does not tell. Throws while it recovers. */
export async function readLineage(sql: Sql, incarnation: string | null): Promise<LineageReading | null> {
  try {
    const [row] = await sql<(Lineage & { keptIdentity: string | null; keptTimeline: number; beats: number | null })[]>`
      SELECT h.identity, h.timeline, k.identity AS "keptIdentity", k.timeline AS "keptTimeline",
        (SELECT beats FROM nodes WHERE incarnation = ${incarnation}::uuid AND left_at IS NULL) AS beats
      FROM (${serverLineage(sql)}) h LEFT JOIN database_lineage k ON true`;
    const { identity, timeline, keptIdentity, keptTimeline, beats } = row!;
    const kept = keptIdentity === null ? null : { identity: keptIdentity, timeline: keptTimeline };
    return { kept, here: { identity, timeline }, beats };
  } catch (error) {
    if (SECRETIVE.has(sqlState(error) ?? "")) return null;
    throw error;
  }
}

/** A witness has lived through the fail-over: the database is on this timeline now. */
export async function followTimeline(sql: Sql, { identity, from, to }: { identity: string; from: number; to: number }) {
  await sql`UPDATE database_lineage SET timeline = ${to} WHERE identity = ${identity} AND timeline = ${from}`;
}

/** A node has seen that commits were lost: no node starts before the epochs were raised. */
export async function doubtLineage(sql: Sql) {
  await sql`UPDATE database_lineage SET timeline = 0`;
}

/** Where the state of a channel (actors/channel/rules/state.ts) has numbers of segments that only rise. */
const NUMBERS = [["broadcast"], ["over", "broadcast"]].flatMap((place) => [
  [...place, "media", "headNumber"],
  [...place, "startNumber"],
]);

export interface Raised {
  actors: number;
  /** Numbers of segments, up to two for each broadcast. */
  numbers: number;
}

/**
 * The step after each restore, as the database's owner and without nodes: raises every actor's epoch and head numbers, lets all nodes of before
 * leave, puts the orphan sweep off so that objects of after the backup are kept for now, and says that this database is the right one. Harmless
 * when it was not needed, or runs twice.
 */
export function raiseEpochs(sql: Sql, { sweepAfterMs }: { sweepAfterMs: number }): Promise<Raised> {
  return inTransaction(sql, async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    await tx`LOCK TABLE actors IN EXCLUSIVE MODE`;
    const { count: actors } = await tx`UPDATE actors SET epoch = epoch + ${RAISE}, node = NULL`;
    let numbers = 0;
    for (const path of NUMBERS) {
      const { count } = await tx`
        UPDATE actors SET state = jsonb_set(state, ${path}::text[], to_jsonb((state #>> ${path}::text[])::bigint + ${RAISE}), false)
        WHERE kind = 'channel' AND jsonb_typeof(state #> ${path}::text[]) = 'number'`;
      numbers += count;
    }
    await tx`UPDATE nodes SET left_at = now() WHERE left_at IS NULL`;
    await putOrphanSweepOff(tx, sweepAfterMs);
    await tx`
      INSERT INTO database_lineage AS k (identity, timeline, raises, raised_at) SELECT identity, timeline, 1, now() FROM (${serverLineage(tx)}) h
      ON CONFLICT (only_row) DO UPDATE SET identity = excluded.identity, timeline = excluded.timeline, raises = k.raises + 1, raised_at = now()`;
    return { actors, numbers };
  });
}

/** As actors/orphan-sweep/rules/orphan-sweep.ts rests. */
async function putOrphanSweepOff(sql: Sql, ms: number) {
  await sql`
    WITH due AS (SELECT now() + make_interval(secs => ${ms / 1000}::float8) AS at)
    INSERT INTO actors (kind, key, epoch, wake_at, state)
    SELECT 'orphan-sweep', ${ONLY_KEY}::text, ${RAISE}::bigint, at, jsonb_build_object('phase', 'resting', 'dueMs', floor(extract(epoch FROM at) * 1000)) FROM due
    ON CONFLICT (kind, key) DO UPDATE SET wake_at = excluded.wake_at, state = excluded.state`;
}
