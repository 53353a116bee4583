// Videos: recordings of broadcasts, uploads and highlights.

import { type Static, t } from "elysia";
import { page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, number, oneOf, orNull, pageOf, part, text, word } from "./shapes.ts";

const storyboard = part({
  /** WebVTT with the place of each picture in its sheet. */
  url: text,
  intervalMs: count,
  width: count,
  height: count,
});

export const videoAnswer = answer("Video", {
  id,
  channel: part({ id, login: text, displayName: text }),
  kind: oneOf("recording", "upload", "highlight"),
  /** `recording` while on air: what is there so far can be watched. */
  status: oneOf("recording", "uploading", "processing", "ready", "failed"),
  broadcastId: orNull(id),
  title: text,
  visibility: oneOf("public", "unlisted", "private", "followers"),
  createdAt: moment,
  /** When what is shown was live; null for uploads. */
  startedAt: orNull(moment),
  /** So far, while it is being recorded; as measured, never as declared. */
  durationMs: count,
  views: count,
  pinned: bool,
  /** Null: nothing can be watched yet, or the asker may not. */
  hlsUrl: orNull(text),
  thumbnailUrl: orNull(text),
  posterUrl: orNull(text),
  storyboard: orNull(storyboard),
  /** Why it failed, for its owner. */
  failure: orNull(part({ code: text, detail: text })),
  /** From 0 to 1, of an upload that is being processed. */
  progress: orNull(number),
  /** Where the asker stopped watching. Null: never watched, watched to its end, or not signed in. */
  positionMs: orNull(count),
});
export type VideoView = Static<typeof videoAnswer>;

const videoId = t.Object({ id: t.String({ format: "uuid" }) });
export const VISIBILITIES = ["public", "unlisted", "private", "followers"] as const;

export const listVideos = route("GET /api/v1/videos", {
  access: "all",
  limit: "read",
  query: t.Object({
    ...page,
    channel: t.Optional(t.String({ maxLength: 64, description: "login or id of a channel" })),
    q: t.Optional(t.String({ maxLength: 100, description: "words of the title" })),
  }),
  answers: { 200: pageOf(videoAnswer) },
  summary: "List videos, newest first: public ones; with your own channel also those that others do not see",
});

export const showVideo = route("GET /api/v1/videos/:id", {
  access: "all",
  limit: "read",
  params: videoId,
  answers: { 200: videoAnswer },
  summary: "Show a video",
});

export const changeVideo = route("PATCH /api/v1/videos/:id", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  params: videoId,
  body: t.Partial(
    t.Object({
      title: t.String({ minLength: 1, maxLength: 140, description: "1 to 140 characters" }),
      visibility: word(VISIBILITIES, "public, unlisted, private or followers"),
      pinned: t.Boolean({ description: "true: retention never removes it" }),
    }),
  ),
  answers: { 200: videoAnswer },
  summary: "Change title, visibility or pin of a video (channel owner, editors, admins)",
});

export const deleteVideo = route("DELETE /api/v1/videos/:id", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  params: videoId,
  answers: { 204: null },
  summary: "Delete a video (channel owner, editors, admins)",
});
