// Categories: what a channel may be about (`/api/v1/categories`). Their live channels: `GET /api/v1/channels?live=true&category=:slug`.

import { type Static, t } from "elysia";
import { SLUG_LENGTH_MAX, SLUG_PATTERN } from "../wire/ids.ts";
import { page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, count, orNull, pageOf, text } from "./shapes.ts";

export const categoryAnswer = answer("Category", {
  /** Its address: `/categories/:slug`. */
  slug: text,
  name: text,
  /** Its narrowest width; null: none. */
  pictureUrl: orNull(text),
  /** Channels that are live now. */
  liveChannels: count,
});
export type CategoryView = Static<typeof categoryAnswer>;

export const slugParams = t.Object(
  { slug: t.String({ pattern: `^${SLUG_PATTERN}$`, maxLength: SLUG_LENGTH_MAX, description: "a category" }) },
  strict,
);

export const listCategories = route("GET /api/v1/categories", {
  access: "all",
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(categoryAnswer) },
  summary: "List categories, those with the most live channels first",
});

export const readCategory = route("GET /api/v1/categories/:slug", {
  access: "all",
  limit: "read",
  params: slugParams,
  answers: { 200: categoryAnswer },
  summary: "A category",
});
