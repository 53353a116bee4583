// Portraits and banners for pages: GET, HEAD, OPTIONS /pictures/:owner/:picture. Their addresses name their content, so that each answer may be
// kept for good. Posters are below their videos.

import { Refusal } from "#runtime/actor/actor.ts";
import { reason } from "#runtime/base/log.ts";
import { isPictureKey, PICTURE_OBJECT, PICTURES_PREFIX } from "#schema/wire/pictures.ts";
import { problemResponse, troubleOf } from "../gateway/problems/problem-details.ts";
import { MediaLimits, type MediaLimitsConfig } from "../live/media-limits.ts";
import { CORS, preflight } from "../live/respond.ts";
import type { Delivery } from "../videos/delivery.ts";
import type { EdgeWorld } from "../world.ts";

type MediaWorld = Pick<EdgeWorld, "clock" | "log" | "random"> & { config: { limits: MediaLimitsConfig } };

interface MediaParts {
  delivery: Pick<Delivery, "answer">;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

export interface PictureMedia {
  /** Null for another path or method. Never rejects. */
  fetch(request: Request): Promise<Response> | null;
}

const PATH = `/${PICTURES_PREFIX}`;

export function createPictureMedia(world: MediaWorld, { delivery, addressOf }: MediaParts): PictureMedia {
  const { clock, log, random, config } = world;
  const limits = new MediaLimits(clock, config.limits, addressOf);

  return {
    fetch(request) {
      const { method, url } = request;
      const pathAt = url.indexOf("/", url.indexOf("//") + 2);
      if (pathAt < 0 || !url.startsWith(PATH, pathAt)) return null;
      if (method === "OPTIONS") return Promise.resolve(preflight());
      if (method !== "GET" && method !== "HEAD") return null;
      return answer(request, url.slice(pathAt + 1).split("?", 1)[0]!);
    },
  };

  async function answer(request: Request, key: string): Promise<Response> {
    try {
      if (!isPictureKey(key)) throw new Refusal("not_found");
      const limited = { request, address: limits.arrived(request), session: null, spendsBytes: true };
      return await limits.within(limited, () => delivery.answer(request, { key, ...PICTURE_OBJECT }));
    } catch (error) {
      const requestId = random.uuid(clock.wallMs());
      const trouble = request.signal.aborted ? { code: "unavailable" as const, bug: false } : troubleOf(error);
      if (trouble.bug) log.error({ request: requestId, reason: reason(error) }, "request for a picture failed");
      return problemResponse(trouble, requestId, CORS);
    }
  }
}
