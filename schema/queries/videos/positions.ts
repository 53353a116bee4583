// Where people stopped watching.

import type { Sql } from "../../database.ts";

/** Positions of one person; over it the oldest are forgotten. */
const POSITIONS_MAX = 1_000;
/** A position is written once in this time, whatever the player asks. */
const EVERY_S = 10;
/** Whoever is this near the end has seen the video. */
export const SEEN_BEFORE_END_MS = 10_000;

interface Position {
  userId: string;
  videoId: string;
  positionMs: number;
}

/** Near the end of a video that does not grow any more, and at its very beginning, forgets it instead. */
export async function rememberPosition(sql: Sql, { userId, videoId, positionMs }: Position): Promise<void> {
  const written = await sql<{ isNew: boolean }[]>`
    WITH video AS (
      SELECT id, positioned.ms < 1 OR (status = 'ready' AND positioned.ms >= duration_ms - ${SEEN_BEFORE_END_MS}) AS is_seen
      FROM videos, (SELECT ${positionMs}::bigint AS ms) positioned WHERE id = ${videoId}
    ), seen AS (
      DELETE FROM video_positions p USING video v WHERE v.is_seen AND p.video_id = v.id AND p.user_id = ${userId}
    )
    INSERT INTO video_positions AS p (user_id, video_id, position_ms)
    SELECT ${userId}, id, ${positionMs} FROM video WHERE NOT is_seen
    ON CONFLICT (user_id, video_id) DO UPDATE SET position_ms = excluded.position_ms, updated_at = now()
      WHERE p.updated_at <= now() - make_interval(secs => ${EVERY_S})
    RETURNING xmax = 0 AS "isNew"`;
  if (!written[0]?.isNew) return;
  await sql`
    DELETE FROM video_positions WHERE user_id = ${userId} AND updated_at <
      (SELECT updated_at FROM video_positions WHERE user_id = ${userId} ORDER BY updated_at DESC OFFSET ${POSITIONS_MAX - 1} LIMIT 1)`;
}
