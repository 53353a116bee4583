// The cluster as operators see it: nodes, actors, owners of channels, progress of a drain. None of it is on a hot path.

import { and, eq, isNull } from "drizzle-orm";
import type { ActorStanding } from "../../api/cluster.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { nodes } from "../../tables/cluster.ts";
import { UUID_PATTERN } from "../../wire/ids.ts";

export interface NodeOverview {
  incarnation: string;
  name: string;
  address: string;
  slots: number;
  used: number;
  draining: boolean;
  startedAt: Date;
  upMs: number;
  silentMs: number;
  left: boolean;
  actors: number;
}

const NODES_MAX = 500;

/** All boots of nodes, also dead ones until they are deleted (after an hour); by name, newest boot first; 500 at most. */
export function nodeOverview(sql: Sql): Promise<NodeOverview[]> {
  return sql<NodeOverview[]>`
    SELECT n.incarnation, n.name, n.address, n.slots, n.used, n.draining, n.started_at AS "startedAt",
      ${ms(sql, sql`now() - n.started_at`)} AS "upMs", ${ms(sql, sql`now() - n.seen_at`)} AS "silentMs",
      n.left_at IS NOT NULL AS "left", coalesce(a.count, 0)::int AS actors
    FROM nodes n LEFT JOIN (SELECT node, count(*) FROM actors WHERE node IS NOT NULL GROUP BY node) a ON a.node = n.incarnation
    ORDER BY n.name, n.started_at DESC LIMIT ${NODES_MAX}`;
}

/** Living nodes: where their metrics are. */
export function livingAddresses(sql: Sql, silentMs: number): Promise<{ name: string; address: string }[]> {
  return sql<{ name: string; address: string }[]>`
    SELECT name, address FROM nodes
    WHERE left_at IS NULL AND seen_at > now() - make_interval(secs => ${silentMs / 1000}::float8)
    ORDER BY name, started_at LIMIT ${NODES_MAX}`;
}

/** Sets or clears the flag that a node reads at its next heartbeat. False: the node has left, or its row is deleted. */
export async function markDraining(
  sql: Sql,
  { incarnation, draining }: { incarnation: string; draining: boolean },
): Promise<boolean> {
  const { count } = await drizzleOn(sql)
    .update(nodes)
    .set({ draining })
    .where(and(eq(nodes.incarnation, incarnation), isNull(nodes.leftAt)));
  return count === 1;
}

export interface DrainProgress {
  /** Actors that the node owns. */
  actors: number;
  /** How many of these have a broadcast. */
  onAir: number;
  draining: boolean;
  silentMs: number;
  left: boolean;
}

/** Null: no such node. */
export async function drainProgress(sql: Sql, incarnation: string): Promise<DrainProgress | null> {
  const [row] = await sql<DrainProgress[]>`
    SELECT n.draining, ${ms(sql, sql`now() - n.seen_at`)} AS "silentMs", n.left_at IS NOT NULL AS "left",
      count(a.key)::int AS actors, count(a.key) FILTER (WHERE a.state->>'phase' <> 'offline')::int AS "onAir"
    FROM nodes n LEFT JOIN actors a ON a.node = n.incarnation
    WHERE n.incarnation = ${incarnation} GROUP BY n.incarnation`;
  return row ?? null;
}

export interface ActorOverview {
  kind: string;
  key: string;
  login: string | null;
  epoch: number;
  version: number;
  standing: ActorStanding;
  node: string | null;
  incarnation: string | null;
  phase: string | null;
  wakeAt: Date | null;
  claimedAt: Date;
  savedAt: Date;
  /** `claimedAt` with microseconds, as PostgreSQL writes it. */
  claimedAtText: string;
}

interface ActorQuestion {
  /** Name or incarnation of the owner. */
  node: string | null;
  /** True: the row names a node. Null: all actors. */
  awake: boolean | null;
  /** The previous page's last actor. */
  before: Pick<ActorOverview, "claimedAtText" | "kind" | "key"> | null;
  silentMs: number;
  limit: number;
}

/** Last claimed first. */
export function actorOverview(
  sql: Sql,
  { node, awake, before, silentMs, limit }: ActorQuestion,
): Promise<ActorOverview[]> {
  return sql<ActorOverview[]>`
    SELECT ${actorColumns(sql, silentMs)} FROM (
      SELECT a.* FROM actors a
      WHERE true
        ${awake === null ? sql`` : awake ? sql`AND a.node IS NOT NULL` : sql`AND a.node IS NULL`}
        ${node === null ? sql`` : sql`AND a.node IN (SELECT incarnation FROM nodes WHERE name = ${node} OR incarnation::text = ${node})`}
        ${before === null ? sql`` : sql`AND (a.claimed_at, a.kind, a.key) < (${before.claimedAtText}::text::timestamptz, ${before.kind}, ${before.key})`}
      ORDER BY a.claimed_at DESC, a.kind DESC, a.key DESC LIMIT ${limit}
    ) a ${actorJoins(sql)}
    ORDER BY a.claimed_at DESC, a.kind DESC, a.key DESC`;
}

export interface ChannelOwner extends ActorOverview {
  /** True when the actor must be awake now. */
  due: boolean;
  address: string | null;
  broadcastId: string | null;
  headNumber: number | null;
  attempt: number | null;
  savedAgoMs: number;
  claimedAgoMs: number;
}

/** Null: the channel was never awake. */
export async function channelOwner(
  sql: Sql,
  { channelId, silentMs }: { channelId: string; silentMs: number },
): Promise<ChannelOwner | null> {
  const [row] = await sql<ChannelOwner[]>`
    SELECT ${actorColumns(sql, silentMs)}, n.address, coalesce(a.wake_at <= now(), false) AS due,
      coalesce(a.state->'broadcast', a.state->'over'->'broadcast')->>'id' AS "broadcastId",
      (coalesce(a.state->'broadcast', a.state->'over'->'broadcast')->'media'->>'headNumber')::float8 AS "headNumber",
      (a.state->>'attempt')::float8 AS attempt,
      ${ms(sql, sql`now() - a.saved_at`)} AS "savedAgoMs", ${ms(sql, sql`now() - a.claimed_at`)} AS "claimedAgoMs"
    FROM actors a ${actorJoins(sql)} WHERE a.kind = 'channel' AND a.key = ${channelId}`;
  return row ?? null;
}

const ms = (sql: Sql, interval: ReturnType<Sql>) => sql`(extract(epoch FROM ${interval}) * 1000)::float8`;

const actorColumns = (sql: Sql, silentMs: number) => sql`
  a.kind, a.key, u.login, a.epoch, a.version, n.name AS node, a.node AS incarnation, a.state->>'phase' AS phase,
  a.wake_at AS "wakeAt", a.claimed_at AS "claimedAt", a.saved_at AS "savedAt",
  a.claimed_at::text AS "claimedAtText",
  CASE
    WHEN a.node IS NULL AND a.wake_at <= now() THEN 'due'
    WHEN a.node IS NULL THEN 'asleep'
    WHEN n.incarnation IS NULL OR n.left_at IS NOT NULL
      OR n.seen_at < now() - make_interval(secs => ${silentMs / 1000}::float8) THEN 'orphaned'
    ELSE 'awake'
  END AS standing`;

/** A channel actor's key is the channel's id. Keys that are not UUIDs join nothing. */
const actorJoins = (sql: Sql) => sql`
  LEFT JOIN nodes n ON n.incarnation = a.node
  LEFT JOIN channels c ON c.id = CASE WHEN a.kind = 'channel' AND a.key ~ ${`^${UUID_PATTERN}$`} THEN a.key::uuid END
  LEFT JOIN users u ON u.id = c.user_id`;
