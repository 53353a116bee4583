// Views of videos and of clips: a session counts once in a day, on all edges together.

import type { Sql } from "../../database.ts";

const WATCHED = ["video", "clip"] as const;

export interface View {
  of: (typeof WATCHED)[number];
  /** Of the video or the clip. */
  id: string;
  /** A hash of whoever watches, different in each video and clip. */
  session: string;
}

/** A session that comes back after this time is another view. */
const ONCE_IN_HOURS = 24;

/** Counts those that are new. May be repeated with the same views. Returns how many were counted. */
export async function countViews(sql: Sql, views: readonly View[]): Promise<number> {
  let counted = 0;
  for (const of of WATCHED) {
    const some = views.filter((view) => view.of === of);
    if (some.length > 0) counted += await countViewsOf(sql, of, some);
  }
  return counted;
}

async function countViewsOf(sql: Sql, of: View["of"], views: readonly View[]): Promise<number> {
  const { seen, watched, id } = namesOf(sql, of);
  // In the order of the key, so that two edges with the same views wait for each other instead of for ever.
  const rows = await sql`
    WITH fresh AS (
      INSERT INTO ${seen} AS w (${id}, session)
      SELECT DISTINCT v.id, t.session
      FROM unnest(${views.map((view) => view.id)}::uuid[], ${views.map(({ session }) => session)}::text[]) AS t (id, session)
      JOIN ${watched} v ON v.id = t.id ORDER BY v.id, t.session
      ON CONFLICT (${id}, session) DO UPDATE SET at = now() WHERE w.at < now() - make_interval(hours => ${ONCE_IN_HOURS})
      RETURNING ${id} AS id
    ), counted AS (SELECT id, count(*) AS views FROM fresh GROUP BY id)
    UPDATE ${watched} v SET views = v.views + c.views FROM counted c WHERE v.id = c.id RETURNING c.views`;
  return rows.reduce((sum, { views }) => sum + Number(views), 0);
}

/** Forgets sessions that would count anew, at most `limit` of videos and of clips. Returns how many. */
export async function forgetOldViews(sql: Sql, limit: number): Promise<number> {
  let forgotten = 0;
  for (const of of WATCHED) {
    const { seen } = namesOf(sql, of);
    const { count } = await sql`
      DELETE FROM ${seen} WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ${seen} WHERE at < now() - make_interval(hours => ${ONCE_IN_HOURS}) ORDER BY at LIMIT ${limit}))`;
    forgotten += count;
  }
  return forgotten;
}

const namesOf = (sql: Sql, of: View["of"]) => ({
  seen: sql(`${of}_views`),
  watched: sql(`${of}s`),
  id: sql(`${of}_id`),
});
