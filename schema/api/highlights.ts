// Highlights: videos that are put together of parts of another video.

import { t } from "elysia";
import { HIGHLIGHT_PART_MS_MIN, HIGHLIGHT_PARTS_MAX } from "../wire/highlight-limits.ts";
import { shownTitle, strict } from "./fields.ts";
import { route } from "./route.ts";
import { word } from "./shapes.ts";
import { mediaMs, VISIBILITIES, videoAnswer } from "./videos.ts";

const PARTS = `1 to ${HIGHLIGHT_PARTS_MAX} parts, each of ${HIGHLIGHT_PART_MS_MIN} ms or more`;

/** Answers at once, with the status `processing`; it is `ready` or `failed` a moment later. Begins and ends of parts come out at the segments in
 *  which they lie. Parts come in the order of the video, and those that lie over or beside each other become one. It is pinned: retention
 *  leaves it until it is unpinned. */
export const createHighlight = route("POST /api/v1/channels/:channel/highlights", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  body: t.Object(
    {
      videoId: t.String({ maxLength: 36, description: "a video of the channel that is not being recorded any more" }),
      parts: t.Array(
        t.Object(
          {
            startMs: mediaMs("a position in ms from the start of the video"),
            endMs: mediaMs("a position in ms behind `startMs`"),
          },
          strict,
        ),
        { minItems: 1, maxItems: HIGHLIGHT_PARTS_MAX, description: PARTS },
      ),
      title: t.Optional(shownTitle("; without it, the title of the video")),
      visibility: t.Optional(word(VISIBILITIES, `${VISIBILITIES.join(", ")}; without it, that of the video`)),
    },
    strict,
  ),
  answers: { 201: videoAnswer },
  codes: ["still_recording", "part_unavailable", "highlight_too_long", "too_many", "quota_reached"],
  summary: "Make a highlight of parts of a video",
});
