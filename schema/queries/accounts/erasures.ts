// What is left to erase of deleted accounts: their lines, and the room of their channel. In steps, each of them short.

import { and, asc, desc, eq, lt } from "drizzle-orm";
import type { Author } from "../../api/chat.ts";
import type { Sql } from "../../database.ts";
import { drizzleOn, fromNow } from "../../drizzle.ts";
import { erasures } from "../../tables/accounts.ts";

export type Erasure = Omit<typeof erasures.$inferSelect, "askedAt">;

/** Oldest first. */
export const openErasures = (sql: Sql, limit: number): Promise<Erasure[]> =>
  drizzleOn(sql)
    .select({ userId: erasures.userId, channelId: erasures.channelId })
    .from(erasures)
    .orderBy(asc(erasures.askedAt))
    .limit(limit);

/** At once; of more accounts that are deleted within minutes the others come with the next look. */
const IDS_MAX = 1_000;

/**
 * How a process that keeps lines in memory asks for `erasedUserIds`. Nothing of these people is shown 5 s later, other work of the
 * process included. Again, since lines may have been under way when they left, or come from a memory that had not heard of it yet.
 */
export const ERASED_POLL = { everyMs: 2_000, againMs: 10_000, failure: "deleted people cannot be looked up" };

/** Ids of those of whom something may still be shown, the last to leave first. */
export async function erasedUserIds(sql: Sql): Promise<string[]> {
  const rows = await drizzleOn(sql)
    .select({ userId: erasures.userId })
    .from(erasures)
    .orderBy(desc(erasures.askedAt))
    .limit(IDS_MAX);
  return rows.map(({ userId }) => userId);
}

/** Lines keep their `seq`, and lose their words and who said them. Answers how many it did: fewer than `limit` = all. */
export async function eraseAuthor(
  sql: Sql,
  { userId, author, limit }: { userId: string; author: Author; limit: number },
): Promise<number> {
  const rows = await sql`
    UPDATE chat_entries SET user_id = NULL, nonce = NULL, author = ${sql.json(author as never)}, body = '', action = false, reply_to = NULL
    WHERE (channel_id, seq) IN (SELECT channel_id, seq FROM chat_entries WHERE user_id = ${userId} LIMIT ${limit})`;
  return rows.count;
}

/** A room without a channel: nobody can read it any more. Answers as `eraseAuthor`. */
export async function eraseRoom(sql: Sql, { channelId, limit }: { channelId: string; limit: number }): Promise<number> {
  const rows = await sql`
    DELETE FROM chat_entries WHERE channel_id = ${channelId} AND NOT EXISTS (SELECT 1 FROM channels WHERE id = ${channelId})
      AND seq IN (SELECT seq FROM chat_entries WHERE channel_id = ${channelId} ORDER BY seq LIMIT ${limit})`;
  return rows.count;
}

/** Once nothing was left to erase. Not within its first minutes: what they said just before they left may be on its way. */
export async function endErasure(sql: Sql, userId: string): Promise<void> {
  const longAgo = lt(erasures.askedAt, fromNow(-5 * 60_000));
  await drizzleOn(sql)
    .delete(erasures)
    .where(and(eq(erasures.userId, userId), longAgo));
}
