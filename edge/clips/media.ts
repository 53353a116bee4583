// Media of clips: GET, HEAD, OPTIONS /clips/:id/*. A clip has the rights of its video.

import { Refusal } from "#runtime/actor/actor.ts";
import type { PlayableClip } from "#schema/queries/clips/playable-clip.ts";
import type { ThumbnailWidth } from "#schema/wire/media.ts";
import { videoKey } from "#schema/wire/video-keys.ts";
import type { Downloads } from "../downloads/downloads.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import { mediaObject, pictureObject } from "../videos/address.ts";
import type { Delivery } from "../videos/delivery.ts";
import { plainSessionOf, sessionParameter } from "../videos/media.ts";
import { type Entered, type MediaKind, type MediaWorld, playlistResponse } from "../videos/media-door.ts";
import { PlaylistBody } from "../videos/playlist-body.ts";
import { multivariantPlaylist } from "../videos/playlists.ts";
import { isOpenVideo, type MediaRight, mediaRight } from "../videos/rights.ts";
import type { ViewCounter } from "../videos/views.ts";
import { type ClipAddress, parseClipAddress } from "./address.ts";
import type { ClipPlaylists } from "./playlist.ts";

/** Shorter than for segments of videos: a clip that was deleted is gone soon. */
const CACHED_S = 60;
const MEDIA_CACHED_S = 3_600;

export interface ClipMediaDeps {
  /** Null: no such clip. */
  findClip(id: string): Promise<PlayableClip | null>;
  playlists: Pick<ClipPlaylists, "media">;
  delivery: Pick<Delivery, "answer">;
  downloads: Pick<Downloads, "clip">;
  views: Pick<ViewCounter, "watched">;
  tokens: PlaybackTokens;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

/** For the door: null for another path, "unknown" for one below a clip that is none of the known ones. */
export function clipMedia({ clock }: Pick<MediaWorld, "clock">, deps: ClipMediaDeps) {
  const { tokens, playlists, delivery, downloads, views } = deps;

  return (url: string): MediaKind | "unknown" | null => {
    const address = parseClipAddress(url);
    if (address === null || address === "unknown") return address;
    return { kind: address.thing.kind, enter: (request) => enter(request, address) };
  };

  async function enter(request: Request, address: ClipAddress): Promise<Entered> {
    const clip = await deps.findClip(address.clipId);
    if (!clip) throw new Refusal("not_found");
    const right = mediaRight({ tokens, clock }, clip, address.token);
    return { session: right.session, answer: () => answer(request, { clip, right, address }) };
  }

  async function answer(
    request: Request,
    { clip, right, address: { thing, token } }: { clip: PlayableClip; right: MediaRight; address: ClipAddress },
  ): Promise<Response> {
    const scope = isOpenVideo(clip) ? "public" : "private";
    const cached = (forS: number) => `${scope}, max-age=${forS}`;
    switch (thing.kind) {
      case "index": {
        const parameter = token === null ? sessionParameter(tokens, clip, thing.viewer) : null;
        return playlistResponse(request, new PlaylistBody(multivariantPlaylist(clip, parameter)), cached(CACHED_S));
      }
      case "playlist": {
        const body = await playlists.media(clip, thing.rendition);
        if (request.method === "GET")
          views.watched({ of: "clip", id: clip.id, session: sessionOf(request, clip, right) });
        return playlistResponse(request, body, cached(CACHED_S));
      }
      case "picture":
        return delivery.answer(request, {
          ...pictureObject(pictureKey(clip, thing.width)),
          cacheControl: cached(CACHED_S),
        });
      case "download":
        return downloads.clip(request, clip, thing.part);
      default: {
        const { number } = thing.media;
        if (number !== undefined && (number < clip.firstNumber || number > clip.lastNumber))
          throw new Refusal("not_found");
        const object = mediaObject(clip.videoId, thing.media);
        return delivery.answer(request, { ...object, cacheControl: cached(MEDIA_CACHED_S) });
      }
    }
  }

  function sessionOf(request: Request, { id }: PlayableClip, { session }: MediaRight): string {
    return session ?? plainSessionOf(tokens, { id, request, address: deps.addressOf(request) });
  }
}

function pictureKey({ id, videoId, pictured }: PlayableClip, width: ThumbnailWidth | null): string {
  if (width === null) return videoKey.poster(videoId);
  return pictured ? videoKey.clipThumbnail(videoId, id, width) : videoKey.thumbnail(videoId, width);
}
