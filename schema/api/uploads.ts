// Uploads: a video's file goes in parts straight to the object store, by addresses that are signed for each part; then it is processed.

import { type Static, t } from "elysia";
import { idParams, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, count, moment, orNull, part, text, wholeNumber, word } from "./shapes.ts";
import { VISIBILITIES, videoAnswer } from "./videos.ts";

const upload = answer("Upload", {
  /** Of each part but the last. */
  partSizeBytes: count,
  partCount: count,
  /** What has arrived, as the object store counts it. */
  receivedBytes: count,
  /** Parts that have not arrived, the first ones, each with an address to PUT its bytes to. Asked again, it has the next ones, and fresh addresses. */
  parts: t.Array(part({ number: count, url: text })),
  /** When these addresses stop working. */
  urlsExpireAt: moment,
  /** An upload that is not complete by then is removed. */
  expiresAt: moment,
});
export type UploadView = Static<typeof upload>;

export const beginVideo = route("POST /api/v1/videos", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  body: t.Object(
    {
      title: t.Optional(
        t.String({ maxLength: 140, description: "at most 140 characters; without it, the name of the file" }),
      ),
      fileName: t.String({ maxLength: 1_024, description: "at most 1024 characters" }),
      sizeBytes: wholeNumber({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "the size of the file, at least 1",
      }),
      contentType: t.Optional(t.String({ maxLength: 200, description: "at most 200 characters; it is not believed" })),
      visibility: t.Optional(word(VISIBILITIES, "public, unlisted, private or followers")),
    },
    strict,
  ),
  mended: ["fileName"],
  answers: { 201: part({ video: videoAnswer, upload }) },
  codes: ["too_many", "upload_too_large", "quota_reached", "unavailable"],
  summary: "Begin an upload to your own channel",
});

export const readUpload = route("GET /api/v1/videos/:id/upload", {
  access: "signed-in",
  scope: "channel:write",
  limit: "read",
  params: idParams,
  answers: { 200: part({ upload: orNull(upload) }) },
  codes: ["upload_over", "unavailable"],
  summary: "What is missing of your upload, with fresh addresses; null once it is complete",
});

export const completeVideo = route("POST /api/v1/videos/:id/complete", {
  access: "signed-in",
  scope: "channel:write",
  limit: "write",
  params: idParams,
  body: t.Object(
    {
      parts: t.Optional(
        t.Array(t.Unknown(), { maxItems: 10_000, description: "ignored: the store's own list counts" }),
      ),
    },
    strict,
  ),
  answers: { 200: part({ video: videoAnswer }) },
  codes: ["parts_missing", "upload_refused", "upload_over", "unavailable", "timeout"],
  summary: "All parts are sent: the video is checked, then processed",
});
