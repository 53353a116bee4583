// Who does not want to hear from whom.

import type { Sql } from "../../database.ts";

export interface Blocked {
  /** `full`: they block `most` already. */
  outcome: "blocked" | "blocked_before" | "full";
  /** The blocker's channel, when the blocked one had roles there and has lost them. */
  strippedIn: string | null;
}

/** Takes the blocked one out of the followers and the roles of the blocker's channel too. */
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
  // Not full either: the same was asked twice at once, and the other one did it.
  return { outcome: made ? "blocked" : full && !had ? "full" : "blocked_before", strippedIn };
}

/** False: they were not blocked. */
export async function unblockUser(
  sql: Sql,
  { userId, blockedUserId }: { userId: string; blockedUserId: string },
): Promise<boolean> {
  const { count } = await sql`DELETE FROM blocks WHERE user_id = ${userId} AND blocked_user_id = ${blockedUserId}`;
  return count > 0;
}

export interface BlockedRow {
  id: string;
  login: string;
  displayName: string;
  since: Date;
}

/** By login. */
export function blocksOf(
  sql: Sql,
  { userId, afterLogin, limit }: { userId: string; afterLogin: string | null; limit: number },
): Promise<BlockedRow[]> {
  return sql<BlockedRow[]>`
    SELECT u.id, u.login, u.display_name AS "displayName", b.created_at AS since
    FROM blocks b JOIN users u ON u.id = b.blocked_user_id
    WHERE b.user_id = ${userId} ${afterLogin === null ? sql`` : sql`AND u.login > ${afterLogin}`}
    ORDER BY u.login LIMIT ${limit}`;
}
