// Broadcasts past and present, as visitors read them. Their owner writes them, fenced by its epoch.

import type { Sql } from "../../database.ts";
import { suspendedNow } from "../people/suspensions.ts";

export interface BroadcastRow {
  id: string;
  channelId: string;
  title: string;
  phase: "live" | "lost" | "ended";
  startedAt: Date;
  endedAt: Date | null;
}

/** Null: there is none, or its channel is suspended. */
export async function broadcastById(sql: Sql, id: string): Promise<BroadcastRow | null> {
  const [row] = await sql<BroadcastRow[]>`
    ${columns(sql)} WHERE id = ${id} AND EXISTS (
      SELECT 1 FROM channels c JOIN users u ON u.id = c.user_id
      WHERE c.id = channel_id AND NOT ${suspendedNow(sql, "c")} AND NOT ${suspendedNow(sql, "u")}
    )`;
  return row ?? null;
}

/** Newest first. `beforeId`: of the last one of the page before. UUIDv7 ids carry the order of their starts. */
export function broadcastsOf(
  sql: Sql,
  { channelId, beforeId, limit }: { channelId: string; beforeId: string | null; limit: number },
): Promise<BroadcastRow[]> {
  return sql<BroadcastRow[]>`
    ${columns(sql)}
    WHERE channel_id = ${channelId} ${beforeId === null ? sql`` : sql`AND id < ${beforeId}`}
    ORDER BY id DESC LIMIT ${limit}`;
}

const columns = (sql: Sql) => sql`
  SELECT id, channel_id AS "channelId", title, phase, started_at AS "startedAt", ended_at AS "endedAt" FROM broadcasts`;
