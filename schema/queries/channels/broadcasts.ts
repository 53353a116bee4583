// Broadcasts past and present, as visitors read them. Their owner writes them, fenced by its epoch.

import { and, desc, eq, getTableColumns, lt, not } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, without } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { broadcasts, channels } from "../../tables/channels.ts";
import { isSuspended } from "../people/suspensions.ts";

const columns = without(getTableColumns(broadcasts), ["epoch"]);

export type BroadcastRow = Omit<typeof broadcasts.$inferSelect, "epoch">;

/** Null: there is none, or its channel is suspended. */
export async function broadcastById(sql: Sql, id: string): Promise<BroadcastRow | null> {
  const [row] = await drizzleOn(sql)
    .select(columns)
    .from(broadcasts)
    .innerJoin(channels, eq(channels.id, broadcasts.channelId))
    .innerJoin(users, eq(users.id, channels.userId))
    .where(and(eq(broadcasts.id, id), not(isSuspended(channels)), not(isSuspended(users))));
  return row ?? null;
}

/** Newest first. `beforeId`: of the last one of the page before. UUIDv7 ids carry the order of their starts. */
export function broadcastsOf(
  sql: Sql,
  { channelId, beforeId, limit }: { channelId: string; beforeId: string | null; limit: number },
): Promise<BroadcastRow[]> {
  return drizzleOn(sql)
    .select(columns)
    .from(broadcasts)
    .where(and(eq(broadcasts.channelId, channelId), beforeId === null ? undefined : lt(broadcasts.id, beforeId)))
    .orderBy(desc(broadcasts.id))
    .limit(limit);
}
