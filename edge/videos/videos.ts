// What an edge needs for videos, made once: media for players, and the routes of the API.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { playableVideo } from "#schema/queries/videos/playable.ts";
import { CachedLookup } from "../gateway/cached-lookup.ts";
import type { Served } from "../gateway/serve.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import type { EdgeWorld } from "../world.ts";
import { Delivery } from "./delivery.ts";
import { createDvr, type Dvr } from "./dvr.ts";
import { createVideoMedia, type VideoMedia } from "./media.ts";
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

const NO_DELIVERY = { answer: () => Promise.reject(new Refusal("not_found", "this instance has no object store")) };

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
  const playlists = new VideoPlaylists({ sql, clock });
  const views = new ViewCounter({ sql, clock, log });
  const media = createVideoMedia(world, {
    findVideo: (id) => lookup.get(id),
    delivery: objects
      ? new Delivery({ objects, clock, mode: config.videoDelivery, cacheBytesMax: config.videoCacheBytes })
      : NO_DELIVERY,
    playlists,
    views,
    tokens,
    addressOf,
  });
  const { routes, videoOf, keptVideo } = videoApi(world, { playlists, tokens });
  return {
    fetch: media.fetch,
    routes: [...routes, ...retentionRoutes(world), ...(objects ? uploadRoutes(world, { objects, videoOf }) : [])],
    dvr: createDvr({ findVideo: (id) => lookup.get(id), tokens }),
    views,
    videoOf,
    keptVideo,
    stop: () => views.stop(),
  };
}
