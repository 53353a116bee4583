// Lines whose authors want them gone: their texts are erased in short steps, from the newest down.

import type { Sql } from "../../database.ts";

export interface LineErasure {
  channelId: string;
  userId: string;
  /** Lines up to this one are not erased yet. */
  seq: number;
}

export async function queueLineErasure(sql: Sql, { channelId, userId, seq }: LineErasure): Promise<void> {
  await sql`
    INSERT INTO line_erasures (channel_id, user_id, seq) VALUES (${channelId}, ${userId}, ${seq})
    ON CONFLICT (channel_id, user_id) DO UPDATE SET seq = greatest(line_erasures.seq, excluded.seq)`;
}

export const openLineErasures = (sql: Sql, limit: number): Promise<LineErasure[]> =>
  sql<LineErasure[]>`SELECT channel_id AS "channelId", user_id AS "userId", seq FROM line_erasures LIMIT ${limit}`;

/** Erases the texts of at most `limit` entries. True: none is left, and the erasure has ended. Idempotent; edges may do it at once. */
export async function eraseNextLines(
  sql: Sql,
  { channelId, userId, seq }: LineErasure,
  limit: number,
): Promise<boolean> {
  const [row] = await sql<{ lowest: number | null; count: number }[]>`
    WITH next AS (
      SELECT seq FROM chat_entries WHERE channel_id = ${channelId} AND user_id = ${userId} AND seq <= ${seq} ORDER BY seq DESC LIMIT ${limit}
    ), erased AS (
      UPDATE chat_entries SET body = '', action = false, reply_to = NULL
      WHERE channel_id = ${channelId} AND seq IN (SELECT seq FROM next) AND kind = 'line'
    )
    SELECT min(seq) AS lowest, count(*) AS count FROM next`;
  const { lowest, count } = row!;
  if (count < limit || lowest === null) {
    // A later request raised it: there is more to do.
    await sql`DELETE FROM line_erasures WHERE channel_id = ${channelId} AND user_id = ${userId} AND seq <= ${seq}`;
    return true;
  }
  await sql`
    UPDATE line_erasures SET seq = ${lowest - 1} WHERE channel_id = ${channelId} AND user_id = ${userId} AND seq = ${seq}`;
  return false;
}
