// Serves schema/api/pictures.ts.

import {
  putBanner,
  putMyPicture,
  putPoster,
  removeBanner,
  removeMyPicture,
  removePoster,
} from "#schema/api/pictures.ts";
import type { VideoView } from "#schema/api/videos.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { EdgeWorld } from "../world.ts";
import type { PictureKeeper } from "./keeper.ts";

export interface PictureRoutesParts {
  keeper: PictureKeeper;
  /** Throws Refusal for a video that the asker does not keep: `not_found`, `forbidden`. */
  keptVideo(id: string, who: Who): Promise<unknown>;
  videoOf(id: string, who: Who): Promise<VideoView>;
}

export function pictureRoutes({ log }: Pick<EdgeWorld, "log">, parts: PictureRoutesParts): Served[] {
  const { keeper, keptVideo, videoOf } = parts;
  return [
    serve(putMyPicture, async ({ who: { userId }, body: file }) => {
      const url = await keeper.keep({ kind: "portrait", id: userId }, { file, userId });
      log.info({ user: userId }, "picture of a person changed");
      return { url };
    }),
    serve(removeMyPicture, ({ who }) => keeper.remove({ kind: "portrait", id: who.userId })),
    serve(putBanner, async ({ channel, who: { userId }, body: file }) => {
      const url = await keeper.keep({ kind: "banner", id: channel.id }, { file, userId });
      log.info({ channel: channel.id, user: userId }, "banner changed");
      return { url };
    }),
    serve(removeBanner, ({ channel }) => keeper.remove({ kind: "banner", id: channel.id })),
    serve(putPoster, async ({ params: { id }, who, body: file }) => {
      await keptVideo(id, who);
      await keeper.keep({ kind: "poster", id }, { file, userId: who.userId });
      log.info({ video: id, user: who.userId }, "poster changed");
      return { video: await videoOf(id, who) };
    }),
    serve(removePoster, async ({ params: { id }, who }) => {
      await keptVideo(id, who);
      await keeper.remove({ kind: "poster", id });
      return { video: await videoOf(id, who) };
    }),
  ];
}
