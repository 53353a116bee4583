// What media requests need to know of a clip.

import type { Sql } from "../../database.ts";
import type { clips } from "../../tables/clips.ts";
import { suspendedNow } from "../people/suspensions.ts";
import { type PlayableVideo, renditionsOf } from "../videos/playable.ts";

type Clip = typeof clips.$inferSelect;

export interface PlayableClip
  extends Pick<
      Clip,
      "id" | "videoId" | "title" | "firstNumber" | "lastNumber" | "offsetMs" | "durationMs" | "pictured"
    >,
    Pick<PlayableVideo, "visibility" | "suspended" | "renditions" | "targetDurationMs" | "pictures"> {
  /** Rows of these segments may still come or change: the video is being recorded. */
  isRecording: boolean;
}

/** Those that have its end: of a running recording, some may have it a moment later. */
const RENDITIONS = renditionsOf(`EXISTS (
  SELECT 1 FROM video_segments s WHERE s.video_id = r.video_id AND s.rendition = r.name AND s.number = k.last_number)`);

/** Null: no such clip. Of a video of which only its clips are left, too. */
export async function playableClip(sql: Sql, id: string): Promise<PlayableClip | null> {
  const [row] = await sql<PlayableClip[]>`
    SELECT k.id, k.video_id AS "videoId", k.title, k.first_number AS "firstNumber", k.last_number AS "lastNumber",
           k.offset_ms AS "offsetMs", k.duration_ms AS "durationMs", k.pictured, v.visibility, v.target_duration_ms AS "targetDurationMs",
           v.pictures, v.status = 'recording' AS "isRecording",
           ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended, ${sql(RENDITIONS)} AS renditions
    FROM clips k JOIN videos v ON v.id = k.video_id JOIN channels c ON c.id = k.channel_id JOIN users u ON u.id = c.user_id
    WHERE k.id = ${id}`;
  return row ?? null;
}
