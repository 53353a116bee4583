// What an edge needs for videos and clips, made once: media for players, and the routes of the API.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { playableClip } from "#schema/queries/clips/playable-clip.ts";
import { playableVideo } from "#schema/queries/videos/playable.ts";
import { clipMedia } from "../clips/media.ts";
import { ClipPlaylists } from "../clips/playlist.ts";
import { clipRoutes } from "../clips/routes.ts";
import { createDownloads } from "../downloads/downloads.ts";
import { CachedLookup } from "../gateway/cached-lookup.ts";
import type { Served } from "../gateway/serve.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import type { EdgeWorld } from "../world.ts";
import { Delivery } from "./delivery.ts";
import { createDvr, type Dvr } from "./dvr.ts";
import { highlightRoutes } from "./highlights.ts";
import { videoMedia } from "./media.ts";
import { createMediaDoor, type VideoMedia } from "./media-door.ts";
import { VideoPlaylists } from "./playlists.ts";
import { retentionRoutes } from "./retention.ts";
import { type VideoApi, videoApi } from "./routes.ts";
import { uploadRoutes } from "./uploads.ts";
import { ViewCounter } from "./views.ts";

interface VideosParts {
  /** Null: the instance has no object store, and so no media of videos. */
  objects: Objects | null;
  tokens: PlaybackTokens;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

const NOTHING = () => Promise.reject(new Refusal("not_found", "this instance has no object store"));
const NO_DELIVERY = { answer: NOTHING };
const NO_DOWNLOADS = { video: NOTHING, clip: NOTHING, filesOfVideo: NOTHING, filesOfClip: NOTHING };

export interface Videos extends VideoMedia, Pick<VideoApi, "videoOf" | "keptVideo"> {
  routes: Served[];
  /** For live media. */
  dvr: Dvr;
  views: Pick<ViewCounter, "write">;
  stop(): void;
}

export function createVideos(world: EdgeWorld, { objects, tokens, addressOf }: VideosParts): Videos {
  const { clock, log, config, database } = world;
  const { sql } = database;
  const lookup = new CachedLookup({ what: "video", clock, log, find: (id) => playableVideo(sql, id) });
  const clips = new CachedLookup({ what: "clip", clock, log, find: (id) => playableClip(sql, id) });
  const playlists = new VideoPlaylists({ sql, clock });
  const views = new ViewCounter({ sql, clock, log });
  const downloads = objects ? createDownloads({ sql, objects, addressOf }) : NO_DOWNLOADS;
  const delivery = objects
    ? new Delivery({ objects, clock, mode: config.videoDelivery, cacheBytesMax: config.videoCacheBytes })
    : NO_DELIVERY;
  const shared = { delivery, downloads, views, tokens, addressOf };
  const ofVideo = videoMedia(world, { ...shared, findVideo: (id) => lookup.get(id), playlists });
  const ofClip = clipMedia(world, {
    ...shared,
    findClip: (id) => clips.get(id),
    playlists: new ClipPlaylists({ sql, clock }),
  });
  const { fetch } = createMediaDoor(world, { find: (url) => ofVideo(url) ?? ofClip(url), addressOf });
  const { routes, videoOf, keptVideo } = videoApi(world, { playlists, tokens });
  return {
    fetch,
    routes: [
      ...routes,
      ...clipRoutes(world, { playlists, tokens, downloads, objects }),
      ...retentionRoutes(world),
      ...(objects ? uploadRoutes(world, { objects, videoOf }) : []),
      ...(objects ? highlightRoutes(world, { playlists, videoOf }) : []),
    ],
    dvr: createDvr({ findVideo: (id) => lookup.get(id), tokens }),
    views,
    videoOf,
    keptVideo,
    stop: () => views.stop(),
  };
}
