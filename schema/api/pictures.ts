// Pictures that people send: of themselves, banners of channels, posters of videos. The body is the file itself.

import type { Static } from "elysia";
import { PICTURE_BYTES_MAX } from "../wire/pictures.ts";
import { idParams } from "./fields.ts";
import { type FileSpec, route } from "./route.ts";
import { answer, part, text } from "./shapes.ts";
import { videoAnswer } from "./videos.ts";

export const pictureFile: FileSpec = {
  bytesMax: PICTURE_BYTES_MAX,
  types: ["image/jpeg", "image/png", "image/webp", "image/gif"],
};

/** `not_a_picture`: by its bytes; the declared type is not believed. `busy`: this server draws others. `unavailable`: the object store is away. */
export const pictureCodes = ["not_a_picture", "picture_too_large", "picture_broken", "busy", "unavailable"] as const;

export const pictureAnswer = answer("Picture", {
  /** Its narrowest width, as other answers have it. */
  url: text,
});
export type PictureView = Static<typeof pictureAnswer>;

export const putMyPicture = route("PUT /api/v1/me/picture", {
  access: "signed-in",
  scope: "profile:write",
  limit: "picture",
  file: pictureFile,
  answers: { 200: pictureAnswer },
  codes: [...pictureCodes, "not_found"],
  summary: "Show a picture of me; its middle is cut out as a square, and an animation stands still",
});

export const removeMyPicture = route("DELETE /api/v1/me/picture", {
  access: "signed-in",
  scope: "profile:write",
  limit: "write",
  answers: { 204: null },
  codes: ["not_found"], // The account was deleted a moment ago.
  summary: "Show no picture of me",
});

export const putBanner = route("PUT /api/v1/channels/:channel/banner", {
  access: "editor",
  scope: "channel:write",
  limit: "picture",
  file: pictureFile,
  answers: { 200: pictureAnswer },
  codes: pictureCodes,
  summary: "Show a banner on a channel's page; its middle is cut out as 6:1",
});

export const removeBanner = route("DELETE /api/v1/channels/:channel/banner", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  answers: { 204: null },
  summary: "Show no banner on a channel's page",
});

export const putPoster = route("PUT /api/v1/videos/:id/poster", {
  access: "signed-in",
  scope: "channel:write",
  limit: "picture",
  params: idParams,
  file: pictureFile,
  answers: { 200: part({ video: videoAnswer }) },
  codes: pictureCodes,
  summary: "Choose the poster of a video; its middle is cut out as 16:9",
});

export const removePoster = route("DELETE /api/v1/videos/:id/poster", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  params: idParams,
  answers: { 200: part({ video: videoAnswer }) },
  summary: "Show a picture out of the video as its poster again",
});
