// Which pictures of a video there are.

import type { Sql } from "../../database.ts";
import type { Storyboard } from "../../tables/videos.ts";

/** A picture that was there stays. False: the video is gone or being deleted. */
export async function setVideoPictures(
  sql: Sql,
  videoId: string,
  { storyboard, pictures }: { storyboard: Storyboard | null; pictures: readonly string[] },
): Promise<boolean> {
  const shown = storyboard && sql.json({ ...storyboard });
  const { count } = await sql`
    UPDATE videos SET storyboard = coalesce(${shown}::jsonb, storyboard),
      pictures = ARRAY(SELECT DISTINCT unnest(pictures || ${pictures as string[]}::text[]) ORDER BY 1)
    WHERE id = ${videoId} AND status <> 'deleting'`;
  return count === 1;
}
