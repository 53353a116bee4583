// Media of videos: GET, HEAD, OPTIONS /videos/:id/*.

import { Refusal } from "#runtime/actor/actor.ts";
import type { PlayableVideo } from "#schema/queries/videos/playable.ts";
import type { Downloads } from "../downloads/downloads.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import { parseVideoAddress, SESSION_PARAMETER, type VideoAddress, type VideoThing } from "./address.ts";
import type { Delivery } from "./delivery.ts";
import { type Entered, type MediaKind, type MediaWorld, playlistResponse } from "./media-door.ts";
import { playlistRows } from "./metrics.ts";
import { PlaylistBody } from "./playlist-body.ts";
import { multivariantPlaylist, type VideoPlaylists } from "./playlists.ts";
import { isOpenVideo, type MediaRight, mediaRight, videoVersion } from "./rights.ts";
import { storyboardText } from "./storyboard.ts";
import type { ViewCounter } from "./views.ts";

/** The bytes of a segment never change. */
const MEDIA_CACHED_S = 31_536_000;
/** A playlist may be cached for this long after its video was deleted, and its segments stay for longer. */
const PLAYLIST_CACHED_S = 60;
const PICTURE_CACHED_S = 300;

export interface VideoMediaDeps {
  /** Null: no such video, or none that can be played. */
  findVideo(id: string): Promise<PlayableVideo | null>;
  playlists: Pick<VideoPlaylists, "media" | "timeline" | "rows">;
  delivery: Pick<Delivery, "answer">;
  downloads: Pick<Downloads, "video">;
  views: Pick<ViewCounter, "watched">;
  tokens: PlaybackTokens;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

/** For the door: null for another path, "unknown" for one below a video that is none of the known ones. */
export function videoMedia({ clock }: Pick<MediaWorld, "clock">, deps: VideoMediaDeps) {
  const { tokens, playlists, delivery, views, downloads } = deps;

  return (url: string): MediaKind | "unknown" | null => {
    const address = parseVideoAddress(url);
    if (address === null || address === "unknown") return address;
    return { kind: address.thing.kind, enter: (request) => enter(request, address) };
  };

  async function enter(request: Request, address: VideoAddress): Promise<Entered> {
    const video = await deps.findVideo(address.videoId);
    if (!video) throw new Refusal("not_found");
    const right = mediaRight({ tokens, clock }, video, address.token);
    return { session: right.session, answer: () => answer(request, video, right, address) };
  }

  async function answer(
    request: Request,
    video: PlayableVideo,
    right: MediaRight,
    { thing, token }: VideoAddress,
  ): Promise<Response> {
    const scope = isOpenVideo(video) ? "public" : "private";
    const cached = (forS: number) => `${scope}, max-age=${forS}`;
    switch (thing.kind) {
      case "index":
        return playlistResponse(request, new PlaylistBody(indexText(video, thing, token)), cached(PLAYLIST_CACHED_S));
      case "playlist": {
        const body = await playlists.media(video, thing.rendition);
        playlistRows.set(playlists.rows);
        if (request.method === "GET")
          views.watched({ of: "video", id: video.id, session: right.session ?? plainSession(request, video.id) });
        return playlistResponse(request, body, video.status === "ready" ? cached(PLAYLIST_CACHED_S) : "no-cache");
      }
      case "storyboard":
        return answerStoryboard(request, video, cached(PICTURE_CACHED_S));
      case "picture":
        return delivery.answer(request, { ...thing, cacheControl: cached(PICTURE_CACHED_S) });
      case "download":
        if (!video.downloads && !right.mayKeep) throw new Refusal("downloads_off");
        return downloads.video(request, video, thing.part);
      default:
        return delivery.answer(request, { ...thing, cacheControl: `${cached(MEDIA_CACHED_S)}, immutable` });
    }
  }

  /** Playlists of a viewer who is named carry a session, which is counted. Where a token is in the path, it is that of the session. */
  function indexText(
    video: PlayableVideo,
    { viewer }: Extract<VideoThing, { kind: "index" }>,
    token: string | null,
  ): string {
    if (video.renditions.length === 0) throw new Refusal("not_found", "nothing of it is stored yet");
    return multivariantPlaylist(video, token === null ? sessionParameter(tokens, video, viewer) : null);
  }

  async function answerStoryboard(request: Request, video: PlayableVideo, cacheControl: string): Promise<Response> {
    if (!video.storyboard) throw new Refusal("not_found");
    const { durationMs } = await playlists.timeline(video);
    const body = new PlaylistBody(storyboardText(video.storyboard, durationMs));
    return playlistResponse(request, body, cacheControl, "text/vtt; charset=utf-8");
  }

  function plainSession(request: Request, videoId: string): string {
    return plainSessionOf(tokens, { id: videoId, request, address: deps.addressOf(request) });
  }
}

/** Of the URIs of a playlist for a viewer who is named: the token of a session that is counted. Null: not named. */
export function sessionParameter(
  tokens: PlaybackTokens,
  { id, visibility }: Pick<PlayableVideo, "id" | "visibility">,
  viewer: string | null,
): string | null {
  if (viewer === null) return null;
  const session = tokens.sessionOf(id, viewer);
  const { text } = tokens.issue({ channelId: id, grant: "count", version: videoVersion(visibility), session });
  return `${SESSION_PARAMETER}=${text}`;
}

/** A player that names no session counts by its address and its kind, as far as these tell people apart. */
export function plainSessionOf(
  tokens: Pick<PlaybackTokens, "sessionOf">,
  { id, request, address }: { id: string; request: Request; address: string },
): string {
  return tokens.sessionOf(id, `plain ${limitKey(address)} ${request.headers.get("user-agent") ?? ""}`);
}
