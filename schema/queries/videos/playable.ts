// What media requests need to know of a video.

import type { Sql } from "../../database.ts";
import { fragmentOf } from "../../drizzle.ts";
import type { Storyboard, videoRenditions, videos } from "../../tables/videos.ts";
import { suspendedNow } from "../people/suspensions.ts";

type Video = typeof videos.$inferSelect;
export type PlayableRendition = Omit<typeof videoRenditions.$inferSelect, "videoId">;

export interface PlayableVideo
  extends Pick<Video, "id" | "title" | "kind" | "visibility" | "targetDurationMs" | "pictures"> {
  channelId: string;
  status: "recording" | "ready";
  storyboard: Storyboard | null;
  /** The channel or its owner is suspended now. */
  suspended: boolean;
  /** Viewers may download it. */
  downloads: boolean;
  /** The source first, then the best first. Never empty once a segment is stored. */
  renditions: PlayableRendition[];
}

/** Of `videos AS v`. `also`: another condition on `video_renditions AS r`. */
export const renditionsOf = (also: string) =>
  fragmentOf(`
  coalesce((
    SELECT jsonb_agg(jsonb_build_object('name', name, 'codecs', codecs, 'width', width, 'height', height, 'fps', fps,
      'bandwidth', bandwidth, 'averageBandwidth', average_bandwidth) ORDER BY name <> 'source', bandwidth DESC, name)
    FROM video_renditions r WHERE r.video_id = v.id AND ${also}), '[]')`);

const RENDITIONS = renditionsOf("true");

/** Null: no such video, or none that can be played. */
export async function playableVideo(sql: Sql, id: string): Promise<PlayableVideo | null> {
  const [row] = await sql<PlayableVideo[]>`
    SELECT v.id, v.channel_id AS "channelId", v.title, c.downloads, v.kind, v.status, v.visibility, v.target_duration_ms AS "targetDurationMs", v.pictures,
           v.storyboard, ${suspendedNow(sql, "c")} OR ${suspendedNow(sql, "u")} AS suspended,
           ${sql(RENDITIONS)} AS renditions
    FROM videos v JOIN channels c ON c.id = v.channel_id JOIN users u ON u.id = c.user_id
    WHERE v.id = ${id} AND v.status IN ('recording', 'ready')`;
  return row ?? null;
}
