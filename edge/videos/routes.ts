// Serves schema/api/videos.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { pageLimit } from "#schema/api/fields.ts";
import {
  type ChapterView,
  changeVideo,
  deleteVideo,
  listVideos,
  readVideo,
  rememberPosition,
  replayChat,
  type ShownVideo,
  type VideoView,
} from "#schema/api/videos.ts";
import { searchKey, titleWords } from "#schema/queries/search/words.ts";
import { broadcastTopics } from "#schema/queries/videos/chapters.ts";
import { markDeleting } from "#schema/queries/videos/deletion.ts";
import { playableVideo } from "#schema/queries/videos/playable.ts";
import { rememberPosition as keepPosition } from "#schema/queries/videos/positions.ts";
import { listedVideos, updateVideo, type VideoRow } from "#schema/queries/videos/videos.ts";
import { pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import type { EdgeWorld } from "../world.ts";
import { keptVideo, listedChannel, seenVideo, watchedVideo } from "./asked.ts";
import { chaptersOf } from "./chapters.ts";
import { replayedLines } from "./chat-replay.ts";
import type { VideoPlaylists } from "./playlists.ts";
import { standingOf } from "./rights.ts";
import { videoView } from "./view.ts";

const videosCursor = pageCursor({ id: uuidField }, { mark: "v." });

interface VideoParts {
  playlists: Pick<VideoPlaylists, "timeline">;
  tokens: PlaybackTokens;
}

export interface VideoApi {
  routes: Served[];
  /** Throws Refusal `not_found` for what the asker may not know of. */
  videoOf(id: string, asker: Who | null): Promise<VideoView>;
  /** Throws Refusal for a video that the asker may not change: `not_found`, `forbidden`. */
  keptVideo(id: string, who: Who): Promise<unknown>;
}

export function videoApi({ database, log }: EdgeWorld, { playlists, tokens }: VideoParts): VideoApi {
  const { sql } = database;

  const routes = [
    serve(listVideos, async ({ asker, query }) => {
      const limit = pageLimit(query);
      const channel = query.channel === undefined ? null : await listedChannel(sql, query.channel, asker);
      const words = query.q === undefined ? null : titleWords(await searchKey(sql, query.q));
      if (query.q !== undefined && words === null) return { items: [], nextCursor: null };
      const rows = await listedVideos(sql, {
        channelId: channel?.id ?? null,
        askerId: asker?.userId ?? null,
        keeps: channel?.keeps ?? false,
        words,
        beforeId: videosCursor.read(query.cursor)?.id ?? null,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map((row) => viewOf(row, asker));
      return { items, nextCursor: rows.length > limit ? videosCursor.write({ id: items.at(-1)!.id }) : null };
    }),
    serve(readVideo, async ({ params, asker }) => shown(await seenVideo(sql, params.id, asker), asker)),
    serve(changeVideo, async ({ params, body, who }) => {
      await keptVideo(sql, params.id, who);
      if (!(await updateVideo(sql, params.id, body))) throw new Refusal("not_found");
      return shown(await seenVideo(sql, params.id, who), who);
    }),
    serve(deleteVideo, async ({ params, who }) => {
      const { status } = await keptVideo(sql, params.id, who);
      if (status === "recording") throw new Refusal("still_recording", "stop the broadcast first");
      await markDeleting(sql, params.id);
      log.info({ video: params.id, user: who.userId }, "video deleted");
    }),
    serve(rememberPosition, async ({ params, body, who }) => {
      await watchedVideo(sql, params.id, who);
      await keepPosition(sql, { userId: who.userId, videoId: params.id, positionMs: body.positionMs });
    }),
    serve(replayChat, async ({ params, query, asker }) => {
      const { kind, channelId } = await watchedVideo(sql, params.id, asker);
      const playable = kind === "recording" || kind === "highlight" ? await playableVideo(sql, params.id) : null;
      if (!playable) return { items: [], nextCursor: null };
      const { fromMs = null, toMs = null, cursor } = query;
      const timeline = await playlists.timeline(playable);
      const isCut = kind === "highlight";
      return replayedLines(sql, { channelId, timeline, isCut, fromMs, toMs, cursor, limit: pageLimit(query) });
    }),
  ];
  return {
    routes,
    videoOf: async (id, asker) => viewOf(await seenVideo(sql, id, asker), asker),
    keptVideo: (id, who) => keptVideo(sql, id, who),
  };

  function viewOf(row: VideoRow, asker: Who | null) {
    return videoView(row, { asker, standing: standingOf(row, asker), tokens });
  }

  async function shown(row: VideoRow, asker: Who | null): Promise<ShownVideo> {
    return { ...viewOf(row, asker), chapters: await chaptersIn(row) };
  }

  async function chaptersIn({ id, kind, broadcastId, title }: VideoRow): Promise<ChapterView[]> {
    if (kind !== "recording" || broadcastId === null) return [];
    const topics = await broadcastTopics(sql, broadcastId);
    if (topics.length === 0) return [{ startMs: 0, title, category: null }];
    const playable = topics.length > 1 ? await playableVideo(sql, id) : null;
    // Most broadcasts have one topic: no clock is needed for it.
    if (!playable || playable.renditions.length === 0)
      return chaptersOf(topics.slice(0, 1), { mediaMs: () => 0, durationMs: 0 });
    return chaptersOf(topics, await playlists.timeline(playable));
  }
}
