// Processes and owners before a fault, to check afterwards that no process was restarted and no actor taken over.

import type { Stage } from "../stage.ts";

export interface Census {
  starts: Map<string, number>;
  /** Number of the newest write in the ledger. */
  lastWrite: number;
  /** Keys of actors that had an owner. */
  owned: string[];
}

export async function takeCensus({ system, actors, edges, sql }: Stage): Promise<Census> {
  const [last] = await sql<{ n: number }[]>`SELECT coalesce(max(n), 0) AS n FROM durable_writes`;
  const owned = await sql<{ key: string }[]>`SELECT key FROM actors WHERE node IS NOT NULL`;
  return {
    starts: new Map([...actors, ...edges].map((name) => [name, system.startsOf(name)])),
    lastWrite: last?.n ?? 0,
    owned: owned.map(({ key }) => key),
  };
}

/** Throws when a node was restarted or an owned actor was claimed. Resolves with a description of the check. */
export async function nothingWasReplaced(
  { system, sql }: Stage,
  { starts, lastWrite, owned }: Census,
): Promise<string> {
  const restarted = [...starts].filter(([name, times]) => system.startsOf(name) !== times).map(([name]) => name);
  if (restarted.length > 0) throw new Error(`restarted: ${restarted}`);
  const claims = await sql<{ key: string; writer: string }[]>`
    SELECT key, writer FROM durable_writes WHERE n > ${lastWrite} AND what = 'claim'`;
  const taken = claims.filter(({ key }) => owned.includes(key));
  if (taken.length > 0) throw new Error(`taken over: ${JSON.stringify(taken)}`);
  const [{ connections } = { connections: 0 }] = await sql<{ connections: number }[]>`
    SELECT count(*) AS connections FROM pg_stat_activity WHERE backend_type = 'client backend'`;
  return `${starts.size} nodes stayed, none of ${owned.length} actors was taken over, ${connections} connections to PostgreSQL`;
}
