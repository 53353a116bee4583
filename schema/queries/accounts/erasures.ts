// Erasure of deleted accounts: their lines, and the room of their channel. In short steps.

import { and, asc, eq, lt } from "drizzle-orm";
import type { Author } from "../../api/chat.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, fromNow } from "../../drizzle.ts";
import { erasures } from "../../tables/accounts.ts";

type Erasure = Omit<typeof erasures.$inferSelect, "askedAt">;

/** Oldest first. */
export const openErasures = (sql: Sql, limit: number): Promise<Erasure[]> =>
  drizzleOn(sql)
    .select({ userId: erasures.userId, channelId: erasures.channelId })
    .from(erasures)
    .orderBy(asc(erasures.askedAt))
    .limit(limit);

/** Limit of `erasedUserIds`. More deletions within minutes are read by later polls. */
const IDS_MAX = 1_000;

/**
 * How a process that keeps lines in memory polls `erasedUserIds`: lines of deleted accounts disappear within 5 s. `againMs`: each id is
 * applied again, since a line may have been on its way at the deletion, or come from a process that did not know of it yet.
 */
export const ERASED_POLL = { everyMs: 2_000, againMs: 10_000, failure: "deleted people cannot be looked up" };

/** Ids of deleted accounts whose lines may still be shown, last deleted first. Polled, so the statement is not built anew each time. */
export async function erasedUserIds(sql: Sql): Promise<string[]> {
  const rows = await sql<{ userId: string }[]>`
    SELECT user_id AS "userId" FROM erasures ORDER BY asked_at DESC LIMIT ${IDS_MAX}`;
  return rows.map(({ userId }) => userId);
}

/** Blanks text and author of at most `limit` lines; they keep their `seq`. Returns how many: fewer than `limit` means all are done. */
export async function eraseAuthor(
  sql: Sql,
  { userId, author, limit }: { userId: string; author: Author; limit: number },
): Promise<number> {
  const rows = await sql`
    UPDATE chat_entries SET user_id = NULL, nonce = NULL, author = ${sql.json(author as never)}, body = '', action = false, reply_to = NULL,
      event = event - 'body'
    WHERE (channel_id, seq) IN (SELECT channel_id, seq FROM chat_entries WHERE user_id = ${userId} LIMIT ${limit})`;
  return rows.count;
}

/** Deletes at most `limit` entries of a room whose channel is gone. Returns how many, as `eraseAuthor` does. */
export async function eraseRoom(sql: Sql, { channelId, limit }: { channelId: string; limit: number }): Promise<number> {
  const rows = await sql`
    DELETE FROM chat_entries WHERE channel_id = ${channelId} AND NOT EXISTS (SELECT 1 FROM channels WHERE id = ${channelId})
      AND seq IN (SELECT seq FROM chat_entries WHERE channel_id = ${channelId} ORDER BY seq LIMIT ${limit})`;
  return rows.count;
}

/** Removes an erasure once nothing is left to erase. Not within its first 5 minutes: lines sent just before the deletion may still arrive. */
export async function endErasure(sql: Sql, userId: string): Promise<void> {
  const longAgo = lt(erasures.askedAt, fromNow(-5 * 60_000));
  await drizzleOn(sql)
    .delete(erasures)
    .where(and(eq(erasures.userId, userId), longAgo));
}
