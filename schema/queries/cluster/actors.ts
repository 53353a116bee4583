// Ownership of actors (design §3). Each query is one autocommit statement, so that a paused owner never keeps a row locked.

import type { Sql } from "../../database.ts";

interface ActorRecord {
  kind: string;
  key: string;
  epoch: number;
  version: number;
  node: string | null;
}

interface DueRecord extends ActorRecord {
  nodeSeenAt: string | null;
}

interface ClaimRecord {
  epoch: number;
  version: number;
  state: unknown;
  answered: { id: string; answer: unknown }[];
  sinceSavedMs: number;
}

interface ClaimValues {
  kind: string;
  key: string;
  node: string;
  believedEpoch: number;
  dead: { incarnation: string; seenAt: string | null } | null;
}

/** Claims an actor: with epoch 1 if there is no row, else with `believedEpoch + 1` if the epoch is still `believedEpoch`. Undefined: another
 *  node has claimed it, or `dead` has sent a heartbeat since `seenAt`. */
export async function claimActor(
  sql: Sql,
  { kind, key, node, believedEpoch, dead }: ClaimValues,
): Promise<ClaimRecord | undefined> {
  const seenAt = dead?.seenAt ?? null;
  // The lock keeps a heartbeat back until the claim is committed: a node that has beaten before it is alive, and one that beats after it
  // reads of its successor. Materialized, since a condition inside would be checked before the lock is there.
  const [row] = await sql<ClaimRecord[]>`
    WITH owner AS MATERIALIZED (
      SELECT seen_at FROM nodes WHERE incarnation = ${dead?.incarnation ?? null}::uuid AND left_at IS NULL FOR SHARE)
    INSERT INTO actors AS a (kind, key, epoch, node) VALUES (${kind}, ${key}, 1, ${node})
    ON CONFLICT (kind, key) DO UPDATE SET epoch = a.epoch + 1, node = excluded.node, claimed_at = now()
    WHERE a.epoch = ${believedEpoch}
      AND (${seenAt}::text IS NULL OR NOT EXISTS (SELECT 1 FROM owner WHERE seen_at::text <> ${seenAt}::text))
    RETURNING epoch, version, state, answered,
      (extract(epoch FROM now() - saved_at) * 1000)::float8 AS "sinceSavedMs"`;
  return row;
}

/** False: fenced, or this version or a later one is saved already. */
export async function saveActor(
  sql: Sql,
  save: {
    kind: string;
    key: string;
    epoch: number;
    version: number;
    state: unknown;
    answered: unknown;
    wakeAtMs: number | null;
  },
): Promise<boolean> {
  const { kind, key, epoch, version, state, answered, wakeAtMs } = save;
  const { count } = await sql`
    UPDATE actors SET state = ${sql.json(state as never)}, answered = ${sql.json(answered as never)}, version = ${version},
      wake_at = to_timestamp(${wakeAtMs === null ? null : wakeAtMs / 1000}::float8), saved_at = now()
    WHERE kind = ${kind} AND key = ${key} AND epoch = ${epoch} AND version < ${version}`;
  return count === 1;
}

export async function findActor(
  sql: Sql,
  { kind, key }: { kind: string; key: string },
): Promise<ActorRecord | undefined> {
  const [row] = await sql<
    ActorRecord[]
  >`SELECT kind, key, epoch, version, node FROM actors WHERE kind = ${kind} AND key = ${key}`;
  return row;
}

/** The owner's last write: puts the actor to sleep. False: the row has changed since the owner's last save. */
export async function releaseActor(
  sql: Sql,
  { kind, key, epoch, version }: { kind: string; key: string; epoch: number; version: number },
): Promise<boolean> {
  const { count } = await sql`
    UPDATE actors SET node = NULL WHERE kind = ${kind} AND key = ${key} AND epoch = ${epoch} AND version = ${version}`;
  return count === 1;
}

/** `anyDue`: some actor, whosever, has its `wake_at` in the past. Read as one text: a node with 20 000 actors does this each second, and parsing so many rows would block its event loop. */
export async function actorsOwnedBy(
  sql: Sql,
  node: string,
): Promise<{ rows: ActorRecord[]; nowMs: number; anyDue: boolean }> {
  const [owned] = await sql<{ nowMs: number; anyDue: boolean; list: string | null }[]>`
    SELECT (extract(epoch FROM now()) * 1000)::float8 AS "nowMs", EXISTS (SELECT 1 FROM actors WHERE wake_at <= now()) AS "anyDue",
      string_agg(concat_ws(E'\t', kind, key, epoch, version), E'\n') AS list
    FROM actors WHERE node = ${node}`;
  const rows: ActorRecord[] = [];
  const list = owned!.list ?? "";
  // Parsed in place: arrays of lines and fields would be most of the garbage that a node makes.
  for (let at = 0, kind = ""; at < list.length; ) {
    if (!list.startsWith(`${kind}\t`, at)) kind = list.slice(at, list.indexOf("\t", at));
    const keyAt = at + kind.length + 1;
    const keyEnd = list.indexOf("\t", keyAt);
    const epochEnd = list.indexOf("\t", keyEnd + 1);
    const lineEnd = list.indexOf("\n", epochEnd + 1);
    at = lineEnd === -1 ? list.length : lineEnd + 1;
    const [epoch, version] = [Number(list.slice(keyEnd + 1, epochEnd)), Number(list.slice(epochEnd + 1, at))];
    rows.push({ kind, key: list.slice(keyAt, keyEnd), epoch, version, node });
  }
  return { nowMs: owned!.nowMs, anyDue: owned!.anyDue, rows };
}

/** Due actors without a living owner, then due actors of `node` itself: last, so that its running actors do not fill the list. */
export async function dueActors(
  sql: Sql,
  { node, deadNodes, silentMs, limit }: { node: string; deadNodes: string[]; silentMs: number; limit: number },
): Promise<DueRecord[]> {
  return sql<DueRecord[]>`
    SELECT a.kind, a.key, a.epoch, a.version, a.node, CASE WHEN n.left_at IS NULL THEN n.seen_at::text END AS "nodeSeenAt"
    FROM actors a LEFT JOIN nodes n ON n.incarnation = a.node
    WHERE a.wake_at <= now()
      AND (a.node IS NULL OR a.node = ${node} OR a.node = ANY(${deadNodes}::uuid[]) OR n.incarnation IS NULL OR n.left_at IS NOT NULL
           OR n.seen_at < now() - make_interval(secs => ${silentMs / 1000}::float8))
    ORDER BY a.node IS NOT DISTINCT FROM ${node}, a.wake_at LIMIT ${limit}`;
}

/** Terminates the connections of a process that was judged dead: they may still hold row locks. Returns how many. */
export async function endStatementsOf(sql: Sql, applicationName: string): Promise<number> {
  const rows = await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = ${applicationName} AND pid <> pg_backend_pid()`;
  return rows.length;
}
