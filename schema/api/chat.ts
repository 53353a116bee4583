// A room's lines over HTTP (`/api/v1/channels/:channel/chat/messages`). The chat itself is a WebSocket: schema/wire/socket.ts.

import { type Static, t } from "elysia";
import { page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, pageOf, text, wholeNumber } from "./shapes.ts";

const author = answer("Author", {
  id,
  login: text,
  displayName: text,
  /** `#rrggbb`. */
  color: text,
  badges: t.Array(text),
});
export type Author = Static<typeof author>;

/** A line of a person. A deleted line keeps its `seq` and loses its body. */
export const lineAnswer = answer("Line", {
  seq: count,
  at: moment,
  kind: t.Literal("line"),
  id,
  user: author,
  body: text,
  replyTo: t.Optional(text),
  action: t.Optional(bool),
  deleted: t.Optional(bool),
});
export type LineEntry = Static<typeof lineAnswer>;

/** A room's modes; 0 and false: off. */
export const roomSettings = answer("RoomSettings", {
  /** Between two lines of one person. */
  slowMs: count,
  /** For how long one must have followed the channel; 0: off, or for any time. */
  followersOnlyMs: count,
  emoteOnly: bool,
  subscribersOnly: bool,
  /** In this time nobody may repeat their own line. */
  uniqueMs: count,
});
export type RoomSettings = Static<typeof roomSettings>;

const seq = wholeNumber({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "a seq: a whole number" });

/** Ascending. With `after` the oldest above it, else the newest below `before`; `nextCursor` continues in the same direction. */
export const listMessages = route("GET /api/v1/channels/:channel/chat/messages", {
  access: "all",
  limit: "read",
  query: t.Object({ before: t.Optional(seq), after: t.Optional(seq), ...page }),
  answers: { 200: pageOf(lineAnswer) },
  summary: "List the room's lines, ascending",
});
