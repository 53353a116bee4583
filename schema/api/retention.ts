// How long a channel's videos and its chat are kept.

import { type Static, t } from "elysia";
import { strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, count, orNull, wholeNumber } from "./shapes.ts";

/** 0: no limit. The instance's limits hold for every channel, whatever its own are. */
export const retentionAnswer = answer("Retention", {
  /** Since the end of the broadcast, or since the upload. Null: the instance's. */
  days: orNull(count),
  /** Of all videos of the channel: the oldest go first. Null: the instance's. */
  bytes: orNull(count),
  /** Of the entries of the room. Null: the instance's. */
  chatDays: orNull(count),
  instanceDays: count,
  instanceBytes: count,
  instanceChatDays: count,
});
export type RetentionView = Static<typeof retentionAnswer>;

const limit = (description: string) =>
  t.Optional(
    t.Union([wholeNumber({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }), t.Null()], { description }),
  );

export const readRetention = route("GET /api/v1/channels/:channel/retention", {
  access: "editor",
  scope: "channel:read",
  limit: "read",
  answers: { 200: retentionAnswer },
  summary: "How long the channel's videos and its chat are kept",
});

export const changeRetention = route("PATCH /api/v1/channels/:channel/retention", {
  access: "owner",
  scope: "channel:write",
  limit: "write",
  body: t.Object(
    {
      days: limit("a number of days, 0 for no limit, or null for the instance's"),
      chatDays: limit("a number of days, 0 for no limit, or null for the instance's"),
      bytes: limit("a number of bytes, 0 for no limit, or null for the instance's"),
    },
    strict,
  ),
  answers: { 200: retentionAnswer },
  summary: "Change how long the channel's videos and its chat are kept; pinned videos always are",
});
