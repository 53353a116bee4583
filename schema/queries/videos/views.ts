// Views: a session counts once in a day, on all edges together.

import type { Sql } from "../../database.ts";

export interface View {
  videoId: string;
  /** A hash of whoever watches, different in each video. */
  session: string;
}

/** A session that comes back after this time is another view. */
const ONCE_IN_HOURS = 24;

/** Counts those that are new. May be repeated with the same views. Returns how many were counted. */
export async function countViews(sql: Sql, views: readonly View[]): Promise<number> {
  // In the order of the key, so that two edges with the same views wait for each other instead of for ever.
  const rows = await sql`
    WITH fresh AS (
      INSERT INTO video_views AS w (video_id, session)
      SELECT DISTINCT v.id, t.session
      FROM unnest(${views.map(({ videoId }) => videoId)}::uuid[], ${views.map(({ session }) => session)}::text[]) AS t (video_id, session)
      JOIN videos v ON v.id = t.video_id ORDER BY v.id, t.session
      ON CONFLICT (video_id, session) DO UPDATE SET at = now() WHERE w.at < now() - make_interval(hours => ${ONCE_IN_HOURS})
      RETURNING video_id
    ), counted AS (SELECT video_id, count(*) AS views FROM fresh GROUP BY video_id)
    UPDATE videos v SET views = v.views + c.views FROM counted c WHERE v.id = c.video_id RETURNING c.views`;
  return rows.reduce((sum, { views }) => sum + Number(views), 0);
}

/** Forgets sessions that would count anew. Returns how many. */
export async function forgetOldViews(sql: Sql, limit: number): Promise<number> {
  const { count } = await sql`
    DELETE FROM video_views WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM video_views WHERE at < now() - make_interval(hours => ${ONCE_IN_HOURS}) ORDER BY at LIMIT ${limit}))`;
  return count;
}
