// The pinned line of a room: one at a time. The frame `pinned` tells of changes.

import { type Static, t } from "elysia";
import { PIN_MAX_MS } from "../wire/chat-limits.ts";
import { UUID_PATTERN } from "../wire/ids.ts";
import { lineAnswer, moderatorAnswer } from "./chat.ts";
import { strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, moment, orNull, part, wholeNumber } from "./shapes.ts";

export const pinAnswer = answer("Pin", {
  line: lineAnswer,
  at: moment,
  /** Null: until it is taken down, or its line is deleted. */
  until: orNull(moment),
  by: moderatorAnswer,
});
export type PinView = Static<typeof pinAnswer>;

/** Null: nothing is pinned. */
export const pinnedAnswer = part({ pinned: orNull(pinAnswer) });

export const readPin = route("GET /api/v1/channels/:channel/chat/pin", {
  access: "all",
  limit: "read",
  answers: { 200: pinnedAnswer },
  summary: "The pinned line",
});

/** Replaces the line that is pinned. */
export const pin = route("PUT /api/v1/channels/:channel/chat/pin", {
  access: "moderator",
  scope: "moderation",
  limit: "write",
  body: t.Object(
    {
      lineId: t.String({ pattern: `^${UUID_PATTERN}$`, maxLength: 36, description: "the id of a line" }),
      durationMs: t.Optional(
        wholeNumber({
          minimum: 1_000,
          maximum: PIN_MAX_MS,
          description: "a whole number of milliseconds, from one second to 24 hours; without it until it is taken down",
        }),
      ),
    },
    strict,
  ),
  answers: { 200: pinnedAnswer },
  codes: ["busy", "moved"],
  summary: "Pin a line",
});

/** Without effect if nothing is pinned. */
export const unpin = route("DELETE /api/v1/channels/:channel/chat/pin", {
  access: "moderator",
  scope: "moderation",
  limit: "write",
  answers: { 204: null },
  codes: ["busy", "moved"],
  summary: "Take the pinned line down",
});
