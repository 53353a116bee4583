// Clips of videos, and downloads of both as MP4.

import { type Static, t } from "elysia";
import { CLIP_MS_DEFAULT, CLIP_MS_MAX, CLIP_MS_MIN } from "../wire/clip-limits.ts";
import { idParams, page, shownTitle, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, oneOf, orNull, pageOf, part, text, wholeNumber } from "./shapes.ts";

export const clipAnswer = answer("Clip", {
  id,
  channel: part({ id, login: text, displayName: text, pictureUrl: orNull(text) }),
  /** Who made it; null: the account is gone. */
  maker: orNull(part({ id, login: text, displayName: text })),
  title: text,
  createdAt: moment,
  durationMs: count,
  /** In the media of the clip, which begin and end with whole segments: players begin and end here. */
  startOffsetMs: count,
  endOffsetMs: count,
  /** Null: the asker may not watch it. */
  hlsUrl: orNull(text),
  thumbnailUrl: orNull(text),
  /** That of its video, which it follows. */
  visibility: oneOf("public", "unlisted", "private", "followers"),
  views: count,
  /** Where it is from; null: retention has removed the video. */
  video: orNull(part({ id, title: text, startMs: count })),
  /** The asker may delete it. */
  deletable: bool,
});
export type ClipView = Static<typeof clipAnswer>;

/** Longer than any video, and exact in a double. */
const MEDIA_MS_MAX = 1_000 * 3_600_000;

export const createClip = route("POST /api/v1/channels/:channel/clips", {
  access: "signed-in",
  scope: "channel:write",
  limit: "clip",
  body: t.Object(
    {
      videoId: t.Optional(
        t.String({ maxLength: 36, description: "a video of the channel; without it, the running broadcast" }),
      ),
      endMs: t.Optional(
        wholeNumber({
          minimum: 0,
          maximum: MEDIA_MS_MAX,
          description: "a position in ms from the start of the video; without it, the end of what is stored",
        }),
      ),
      durationMs: t.Optional(
        wholeNumber({
          minimum: CLIP_MS_MIN,
          maximum: CLIP_MS_MAX,
          description: `from ${CLIP_MS_MIN} to ${CLIP_MS_MAX}; without it, ${CLIP_MS_DEFAULT}`,
        }),
      ),
      title: t.Optional(shownTitle("; without it, the title of the video")),
    },
    strict,
  ),
  answers: { 201: clipAnswer },
  codes: ["offline", "followers_only", "clips_off", "not_stored_yet", "part_unavailable", "too_many"],
  summary: "Make a clip of what you may watch",
});

export const listClips = route("GET /api/v1/channels/:channel/clips", {
  access: "all",
  limit: "search",
  query: t.Object({
    video: t.Optional(t.String({ maxLength: 36, description: "id of a video: only its clips" })),
    ...page,
  }),
  answers: { 200: pageOf(clipAnswer) },
  summary: "List the clips of a channel, newest first",
});

export const readClip = route("GET /api/v1/clips/:id", {
  access: "all",
  limit: "read",
  params: idParams,
  answers: { 200: clipAnswer },
  summary: "A clip",
});

export const deleteClip = route("DELETE /api/v1/clips/:id", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  params: idParams,
  answers: { 204: null },
  codes: ["not_found", "forbidden"],
  summary: "Delete a clip that you made, or of a channel of which you are owner, editor or moderator",
});

/** Ordinary MP4s for clips, fragmented ones with an index for videos. */
const downloadAnswer = answer("Download", {
  /** In the order of the video. One file, unless an encoder came back with another size or other codecs: MP4 players do not follow that. */
  files: t.Array(
    part({
      url: text,
      /** Where it begins in the video or the clip, and how long it is. */
      startMs: count,
      durationMs: count,
      /** Of its media; the file is a little larger, that of a clip smaller. */
      mediaBytes: count,
    }),
  ),
});
export type DownloadView = Static<typeof downloadAnswer>;

export const downloadClip = route("GET /api/v1/clips/:id/download", {
  access: "all",
  limit: "read",
  params: idParams,
  answers: { 200: downloadAnswer },
  codes: ["not_found", "followers_only"],
  summary: "Where a clip that you may watch can be downloaded from",
});

export const downloadVideo = route("GET /api/v1/videos/:id/download", {
  access: "all",
  limit: "read",
  params: idParams,
  answers: { 200: downloadAnswer },
  codes: ["not_found", "followers_only", "downloads_off", "still_recording"],
  summary:
    "Where a video can be downloaded from: by owner and editors, and by all who may watch it where the channel says so",
});
