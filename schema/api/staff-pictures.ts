// Pictures by staff: those of categories, and taking down those of people, channels and videos (`/api/v1/admin/…`).

import { t } from "elysia";
import { slugParams } from "./categories.ts";
import { idParams, reason, strict } from "./fields.ts";
import { pictureAnswer, pictureCodes, pictureFile } from "./pictures.ts";
import { route } from "./route.ts";

const staff = { access: "staff", scope: "admin", limit: "admin" } as const;

/** A DELETE has no body, since some clients drop it. */
const why = t.Object({ reason: t.Optional(reason) });

export const putCategoryPicture = route("PUT /api/v1/admin/categories/:slug/picture", {
  ...staff,
  limit: "picture",
  params: slugParams,
  file: pictureFile,
  answers: { 200: pictureAnswer },
  codes: [...pictureCodes, "not_found"],
  summary: "Show a picture of a category; its middle is cut out as 4:3",
});

export const removeCategoryPicture = route("DELETE /api/v1/admin/categories/:slug/picture", {
  ...staff,
  params: slugParams,
  answers: { 204: null },
  codes: ["not_found"],
  summary: "Show no picture of a category",
});

export const takeDownPortrait = route("DELETE /api/v1/admin/users/:login/picture", {
  ...staff,
  query: why,
  answers: { 204: null },
  codes: ["not_found"],
  summary: "Take down the picture of a person",
});

export const takeDownBanner = route("DELETE /api/v1/admin/channels/:channel/banner", {
  ...staff,
  query: why,
  answers: { 204: null },
  summary: "Take down the banner of a channel",
});

export const takeDownPoster = route("DELETE /api/v1/admin/videos/:id/poster", {
  ...staff,
  params: t.Object({ ...idParams.properties }, strict),
  query: why,
  answers: { 204: null },
  codes: ["not_found"],
  summary: "Take down the poster that the owner of a video chose; a picture out of the video is shown again",
});
