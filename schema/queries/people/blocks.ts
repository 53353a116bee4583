// Blocks between users.

import { and, eq } from "drizzle-orm";
import type { Sql } from "../../database.ts";
import { drizzleOn, fragmentOf, listText } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { blocks } from "../../tables/people.ts";

export interface Blocked {
  /** `full`: the user has `most` blocks already. */
  outcome: "blocked" | "blocked_before" | "full";
  /** Id of the blocker's channel, if the blocked user had roles there and lost them. */
  strippedIn: string | null;
}

/** Also removes the blocked user's follow of, and roles in, the blocker's channel. */
export async function blockUser(
  sql: Sql,
  { userId, blockedUserId, most }: { userId: string; blockedUserId: string; most: number },
): Promise<Blocked> {
  const [row] = await sql<{ had: boolean; made: boolean; full: boolean; strippedIn: string | null }[]>`
    WITH full_up AS (SELECT count(*) >= ${most} AS yes FROM blocks WHERE user_id = ${userId}),
    had AS (SELECT 1 FROM blocks WHERE user_id = ${userId} AND blocked_user_id = ${blockedUserId}),
    made AS (
      INSERT INTO blocks (user_id, blocked_user_id) SELECT ${userId}::uuid, ${blockedUserId}::uuid
      WHERE NOT (SELECT yes FROM full_up)
      ON CONFLICT DO NOTHING RETURNING 1
    ), theirs AS (SELECT id FROM channels WHERE user_id = ${userId} AND EXISTS (SELECT 1 FROM made)),
    unfollowed AS (DELETE FROM follows USING theirs WHERE channel_id = theirs.id AND follows.user_id = ${blockedUserId}),
    stripped AS (DELETE FROM channel_roles USING theirs WHERE channel_id = theirs.id AND channel_roles.user_id = ${blockedUserId} RETURNING channel_id)
    SELECT EXISTS (SELECT 1 FROM had) AS had, EXISTS (SELECT 1 FROM made) AS made, (SELECT yes FROM full_up) AS full,
           (SELECT channel_id FROM stripped LIMIT 1) AS "strippedIn"`;
  const { had, made, full, strippedIn } = row!;
  // Neither made nor full: a concurrent duplicate request made the block.
  return { outcome: made ? "blocked" : full && !had ? "full" : "blocked_before", strippedIn };
}

/** False: the user was not blocked. */
export async function unblockUser(
  sql: Sql,
  { userId, blockedUserId }: { userId: string; blockedUserId: string },
): Promise<boolean> {
  const { count } = await drizzleOn(sql)
    .delete(blocks)
    .where(and(eq(blocks.userId, userId), eq(blocks.blockedUserId, blockedUserId)));
  return count > 0;
}

const COLUMNS = fragmentOf(
  listText({
    id: users.id,
    login: users.login,
    displayName: users.displayName,
    pictureUrl: users.pictureUrl,
    since: blocks.createdAt,
  }),
);

type BlockedRow = Pick<typeof users.$inferSelect, "id" | "login" | "displayName" | "pictureUrl"> & { since: Date };

/** By login. Runs for each chat that a signed-in user opens. */
export function blocksOf(
  sql: Sql,
  { userId, afterLogin, limit }: { userId: string; afterLogin: string | null; limit: number },
): Promise<BlockedRow[]> {
  return sql<BlockedRow[]>`
    SELECT ${sql(COLUMNS)} FROM blocks JOIN users ON users.id = blocks.blocked_user_id
    WHERE blocks.user_id = ${userId} ${afterLogin === null ? sql`` : sql`AND users.login > ${afterLogin}`}
    ORDER BY users.login LIMIT ${limit}`;
}
