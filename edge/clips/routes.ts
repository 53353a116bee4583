// Serves schema/api/clips.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import {
  type ClipView,
  createClip,
  deleteClip,
  downloadClip,
  downloadVideo,
  listClips,
  readClip,
} from "#schema/api/clips.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { type ClipRow, clipById, listedClips, deleteClip as removeClip } from "#schema/queries/clips/clips.ts";
import { playableClip } from "#schema/queries/clips/playable-clip.ts";
import { playableVideo } from "#schema/queries/videos/playable.ts";
import { runningRecording } from "#schema/queries/videos/recording.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import type { Downloads } from "../downloads/downloads.ts";
import { pageCursor, uuidField } from "../gateway/requests/page-cursor.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import { videoPath } from "../videos/address.ts";
import { listedChannel, watchedVideo } from "../videos/asked.ts";
import type { VideoPlaylists } from "../videos/playlists.ts";
import { standingOf } from "../videos/rights.ts";
import { mayDownload, mediaToken } from "../videos/view.ts";
import type { EdgeWorld } from "../world.ts";
import { makeClip } from "./make-clip.ts";
import { clipRoot, clipStanding, clipView, downloadView, mayDelete } from "./view.ts";

const clipsCursor = pageCursor({ id: uuidField }, { mark: "c." });

interface ClipParts {
  /** Null: the instance has no object store. */
  objects: Pick<Objects, "remove"> | null;
  playlists: Pick<VideoPlaylists, "reference">;
  tokens: PlaybackTokens;
  downloads: Pick<Downloads, "filesOfVideo" | "filesOfClip">;
}

export function clipRoutes(world: EdgeWorld, { playlists, tokens, downloads, objects }: ClipParts): Served[] {
  const { sql } = world.database;
  const { log, clock, random } = world;

  return [
    serve(createClip, async ({ channel, body, who }): Promise<ClipView> => {
      const videoId = body.videoId ?? (await runningRecording(sql, channel.id));
      if (videoId === null) throw new Refusal("offline", "the channel is off air, or its broadcast is not recorded");
      const video = await watchedVideo(sql, uuid(videoId), who);
      if (video.channelId !== channel.id) throw new Refusal("not_found");
      if (!video.clips && !standingOf(video, who).keeps) throw new Refusal("clips_off");
      const title = body.title ?? (video.title.trim() || video.displayName);
      const wanted = { videoId: video.id, userId: who.userId, title, endMs: body.endMs, durationMs: body.durationMs };
      const id = await makeClip({ sql, clock, random, playlists }, wanted);
      log.info({ clip: id, video: video.id, user: who.userId }, "clip made");
      return clipView(await seen(id, who), { asker: who, tokens });
    }),
    serve(listClips, async ({ channel, asker, query }) => {
      const limit = pageLimit(query);
      const rows = await listedClips(sql, {
        channelId: channel.id,
        videoId: query.video === undefined ? null : uuid(query.video),
        askerId: asker?.userId ?? null,
        keeps: (await listedChannel(sql, channel.id, asker)).keeps,
        beforeId: clipsCursor.read(query.cursor)?.id ?? null,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map((row) => clipView(row, { asker, tokens }));
      return { items, nextCursor: rows.length > limit ? clipsCursor.write({ id: items.at(-1)!.id }) : null };
    }),
    serve(readClip, async ({ params, asker }) => clipView(await seen(params.id, asker), { asker, tokens })),
    serve(deleteClip, async ({ params, who }) => {
      const row = await seen(params.id, who);
      if (!mayDelete(row, clipStanding(row, who), who)) throw new Refusal("forbidden");
      await removeClip(sql, row.id);
      // What stays if this fails goes with the video.
      const keys = THUMBNAIL_WIDTHS.map((width) => videoKey.clipThumbnail(row.videoId, row.id, width));
      if (row.pictured) objects?.remove(keys).catch((error) => log.warn({ reason: reason(error) }, "picture stays"));
      log.info({ clip: row.id, user: who.userId }, "clip deleted");
    }),
    serve(downloadClip, async ({ params, asker }) => {
      const row = await seen(params.id, asker);
      const { grant } = clipStanding(row, asker);
      if (grant === null) throw new Refusal("followers_only");
      const playable = await playableClip(sql, row.id);
      if (!playable) throw new Refusal("not_found");
      return downloadView(await downloads.filesOfClip(playable), clipRoot(row, { asker, grant, tokens }));
    }),
    serve(downloadVideo, async ({ params, asker }) => {
      const row = await watchedVideo(sql, params.id, asker);
      const standing = standingOf(row, asker);
      if (row.status === "recording") throw new Refusal("still_recording");
      if (!mayDownload(row, standing)) throw new Refusal("downloads_off");
      const playable = await playableVideo(sql, row.id);
      if (!playable) throw new Refusal("not_found");
      // Where viewers may not, the address itself says that this one may.
      const grant = standing.keeps ? "preview" : row.grant;
      const token = grant === "count" ? null : mediaToken(row, { asker, grant, tokens });
      return downloadView(await downloads.filesOfVideo(playable), videoPath.root(row.id, token));
    }),
  ];

  async function seen(id: string, asker: Who | null): Promise<ClipRow> {
    const row = await clipById(sql, { id, askerId: asker?.userId ?? null });
    if (!row || !clipStanding(row, asker).sees) throw new Refusal("not_found");
    return row;
  }
}

/** Throws Refusal `not_found`. */
function uuid(text: string): string {
  if (!isUuid(text.toLowerCase())) throw new Refusal("not_found");
  return text.toLowerCase();
}
