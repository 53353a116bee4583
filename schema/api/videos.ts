// Videos: recordings of broadcasts, uploads and highlights.

import { type Static, t } from "elysia";
import { lineAnswer } from "./chat.ts";
import { idParams, page, shownTitle, strict } from "./fields.ts";
import { route } from "./route.ts";
import {
  answer,
  bool,
  count,
  id,
  moment,
  number,
  oneOf,
  orNull,
  pageOf,
  part,
  text,
  wholeNumber,
  word,
} from "./shapes.ts";
import { person } from "./user.ts";

const storyboard = part({
  /** WebVTT with the place of each picture in its sheet. */
  url: text,
  intervalMs: count,
  width: count,
  height: count,
});

export const videoAnswer = answer("Video", {
  id,
  channel: part(person),
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
  /** The asker may make a clip of it, once signed in. */
  clippable: bool,
  /** The asker may make a highlight of it. */
  highlightable: bool,
  /** The asker may download it. */
  downloadable: bool,
  /** Null: nothing can be watched yet, or the asker may not. */
  hlsUrl: orNull(text),
  thumbnailUrl: orNull(text),
  /** `hasOwnPoster`: its owner chose it. */
  posterUrl: orNull(text),
  hasOwnPoster: bool,
  storyboard: orNull(storyboard),
  /** Why it failed, for its owner. */
  failure: orNull(part({ code: text, detail: text })),
  /** What is missing in an upload that is shown nevertheless, for its owner: one sentence. */
  warning: orNull(text),
  /** From 0 to 1, of an upload that is being processed, for its owner. */
  progress: orNull(number),
  /** Where the asker stopped watching. Null: never watched, watched to its end, or not signed in. */
  positionMs: orNull(count),
});
export type VideoView = Static<typeof videoAnswer>;

export const VISIBILITIES = ["public", "unlisted", "private", "followers"] as const;

const chapter = answer("Chapter", {
  /** In the video. The first one is 0. */
  startMs: count,
  title: text,
  category: orNull(text),
});
export type ChapterView = Static<typeof chapter>;

/** A single video: what a list leaves out comes with it. */
const shownVideo = answer("ShownVideo", {
  ...videoAnswer.properties,
  /** By changes of title and category while it was live, ascending. Empty for uploads. */
  chapters: t.Array(chapter),
});
export type ShownVideo = Static<typeof shownVideo>;

const replayedLine = answer("ReplayedLine", {
  ...lineAnswer.properties,
  /** Where in the video the picture is that was live when the line was said. */
  offsetMs: count,
});
export type ReplayedLine = Static<typeof replayedLine>;

/** Longer than any video, and exact in a double. */
const MEDIA_MS_MAX = 1_000 * 3_600_000;
export const mediaMs = (description: string) => wholeNumber({ minimum: 0, maximum: MEDIA_MS_MAX, description });

export const listVideos = route("GET /api/v1/videos", {
  access: "all",
  limit: "search",
  query: t.Object({
    channel: t.Optional(t.String({ maxLength: 36, description: "login or id of a channel" })),
    q: t.Optional(t.String({ maxLength: 100, description: "at most 100 characters" })),
    ...page,
  }),
  answers: { 200: pageOf(videoAnswer) },
  codes: ["not_found"],
  summary: "List videos, newest first; of a channel also those that only its owner and editors see",
});

export const readVideo = route("GET /api/v1/videos/:id", {
  access: "all",
  limit: "read",
  params: idParams,
  answers: { 200: shownVideo },
  summary: "A video",
});

export const changeVideo = route("PATCH /api/v1/videos/:id", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  params: idParams,
  body: t.Object(
    {
      title: t.Optional(shownTitle()),
      visibility: t.Optional(word(VISIBILITIES, VISIBILITIES.join(", "))),
      pinned: t.Optional(t.Boolean({ description: "true: it is kept for ever" })),
    },
    strict,
  ),
  answers: { 200: shownVideo },
  codes: ["not_found", "forbidden"],
  summary: "Change a video of a channel of which you are owner or editor",
});

export const deleteVideo = route("DELETE /api/v1/videos/:id", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  params: idParams,
  answers: { 204: null },
  codes: ["not_found", "forbidden", "still_recording"],
  summary: "Delete a video of a channel of which you are owner or editor",
});

export const rememberPosition = route("PUT /api/v1/videos/:id/position", {
  access: "signed-in",
  limit: "write",
  params: idParams,
  body: t.Object({ positionMs: mediaMs("a position in ms from the start of the video") }, strict),
  answers: { 204: null },
  codes: ["not_found"],
  summary: "Remember where you are in a video, each 10 s at most; its last seconds forget it",
});

/** Ascending. A line that was deleted, and each of a person whose lines were cleared, is left out. */
export const replayChat = route("GET /api/v1/videos/:id/chat", {
  access: "all",
  limit: "read",
  params: idParams,
  query: t.Object({
    fromMs: t.Optional(mediaMs("a position in ms, from which on lines are wanted")),
    toMs: t.Optional(mediaMs("a position in ms, before which lines are wanted")),
    ...page,
  }),
  answers: { 200: pageOf(replayedLine) },
  codes: ["not_found", "followers_only"],
  summary: "The chat of a video by the time of its pictures",
});
