// Past and present broadcasts, as visitors see them. broadcast-writes.ts writes them.

import { and, desc, eq, getTableColumns, lt, not } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, without } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { broadcasts, channels } from "../../tables/channels.ts";
import { isSuspended } from "../people/suspensions.ts";

/** The category is for the chapters of a recording. */
const LEFT_OUT = ["epoch", "category"] as const;
const columns = without(getTableColumns(broadcasts), LEFT_OUT);

export type BroadcastRow = Omit<typeof broadcasts.$inferSelect, (typeof LEFT_OUT)[number]>;

/** Null: no such broadcast, or its channel or the channel owner is suspended. */
export async function broadcastById(sql: Sql, id: string): Promise<BroadcastRow | null> {
  const [row] = await drizzleOn(sql)
    .select(columns)
    .from(broadcasts)
    .innerJoin(channels, eq(channels.id, broadcasts.channelId))
    .innerJoin(users, eq(users.id, channels.userId))
    .where(and(eq(broadcasts.id, id), not(isSuspended(channels)), not(isSuspended(users))));
  return row ?? null;
}

/** Newest first. `beforeId`: id of the previous page's last broadcast. UUIDv7 ids are in order of the starts. */
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
