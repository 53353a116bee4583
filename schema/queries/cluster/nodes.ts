// Actor nodes: one row per boot, with a heartbeat each second.

import type { Sql } from "../../database.ts";

interface NodeRecord {
  incarnation: string;
  name: string;
  address: string;
  slots: number;
  used: number;
  draining: boolean;
  seenAt: string;
  silentMs: number;
  left: boolean;
}

export async function insertNode(
  sql: Sql,
  { incarnation, name, address, slots }: { incarnation: string; name: string; address: string; slots: number },
) {
  await sql`
    INSERT INTO nodes (incarnation, name, address, slots) VALUES (${incarnation}, ${name}, ${address}, ${slots})
    ON CONFLICT (incarnation) DO UPDATE SET seen_at = now()`;
}

/** The heartbeat, and in the same statement the nodes seen within `silentMs`. `beats`: heartbeats of this boot so far. Undefined: the row is
 *  gone, or the node has left. */
export async function beatNode(
  sql: Sql,
  { incarnation, used, silentMs }: { incarnation: string; used: number; silentMs: number },
): Promise<{ draining: boolean; beats: number; living: NodeRecord[] } | undefined> {
  const [row] = await sql<{ draining: boolean; beats: number; living: NodeRecord[] }[]>`
    WITH beat AS (
      UPDATE nodes SET seen_at = now(), used = ${used}, beats = beats + 1 WHERE incarnation = ${incarnation} AND left_at IS NULL
      RETURNING draining, beats)
    SELECT draining, beats, (SELECT coalesce(json_agg(l), '[]') FROM (${living(sql, silentMs)}) l) AS living FROM beat`;
  return row;
}

/** Marks a node so that no more actors are placed on it. */
export async function drainNode(sql: Sql, incarnation: string) {
  await sql`UPDATE nodes SET draining = true WHERE incarnation = ${incarnation}`;
}

export async function leaveNode(sql: Sql, incarnation: string) {
  await sql`UPDATE nodes SET left_at = now() WHERE incarnation = ${incarnation}`;
}

const columns = (sql: Sql) => sql`
  incarnation, name, address, slots, used, draining, seen_at::text AS "seenAt",
  (extract(epoch FROM now() - seen_at) * 1000)::float8 AS "silentMs", left_at IS NOT NULL AS "left"`;

export async function findNode(sql: Sql, incarnation: string): Promise<NodeRecord | undefined> {
  const [row] = await sql<NodeRecord[]>`SELECT ${columns(sql)} FROM nodes WHERE incarnation = ${incarnation}`;
  return row;
}

export async function livingNodes(sql: Sql, silentMs: number): Promise<NodeRecord[]> {
  return sql<NodeRecord[]>`${living(sql, silentMs)}`;
}

const living = (sql: Sql, silentMs: number) => sql`
  SELECT ${columns(sql)} FROM nodes
  WHERE left_at IS NULL AND seen_at > now() - make_interval(secs => ${silentMs / 1000}::float8) ORDER BY incarnation`;

/** Deletes nodes that were silent for `silentMs` and own no actor. */
export async function sweepNodes(sql: Sql, silentMs: number) {
  await sql`
    DELETE FROM nodes n WHERE seen_at < now() - make_interval(secs => ${silentMs / 1000}::float8)
      AND NOT EXISTS (SELECT 1 FROM actors a WHERE a.node = n.incarnation)`;
}
