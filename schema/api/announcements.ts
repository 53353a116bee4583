// Announcements: what a moderator says to the whole room, as an entry of its own kind.

import { t } from "elysia";
import { ANNOUNCEMENT_COLORS, BODY_LENGTH_MAX } from "../wire/chat-limits.ts";
import { noticeAnswer } from "./chat.ts";
import { strict } from "./fields.ts";
import { route } from "./route.ts";
import { word } from "./shapes.ts";
import { NAME_CHARACTER, VISIBLE_CHARACTER } from "./text-patterns.ts";

export const announce = route("POST /api/v1/channels/:channel/chat/announcements", {
  access: "moderator",
  scope: "moderation",
  limit: "write",
  body: t.Object(
    {
      body: t.String({
        pattern: `^(?=.*${VISIBLE_CHARACTER})${NAME_CHARACTER}{1,${BODY_LENGTH_MAX}}$`,
        description: `1 to ${BODY_LENGTH_MAX} characters that can be seen`,
      }),
      color: t.Optional(word(ANNOUNCEMENT_COLORS, ANNOUNCEMENT_COLORS.join(", "))),
    },
    strict,
  ),
  answers: { 201: noticeAnswer },
  codes: ["busy", "moved"],
  summary: "Announce something to the room",
});
