// Recordings that ended before there were pictures of videos.

import type { Sql } from "../../database.ts";

/** Wakes the actors of the newest ones that never had an actor, which draw their pictures. One whose actor gave up keeps it, and is left alone.
 *  Returns their ids. */
export async function wakeUndrawn(sql: Sql, { limit }: { limit: number }): Promise<string[]> {
  const rows = await sql<{ key: string }[]>`
    INSERT INTO actors (kind, key, epoch, wake_at)
    SELECT 'video', v.id::text, 0, now() FROM videos v
    WHERE v.kind = 'recording' AND v.status = 'ready' AND v.bytes > 0 AND v.storyboard IS NULL AND v.pictures = '{}'
      AND NOT EXISTS (SELECT 1 FROM actors WHERE kind = 'video' AND key = v.id::text)
    ORDER BY v.id DESC LIMIT ${limit}
    ON CONFLICT DO NOTHING RETURNING key`;
  return rows.map(({ key }) => key);
}
