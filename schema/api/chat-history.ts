// A room's past for those who run it: a search, and an export.

import { type Static, t } from "elysia";
import { EXPORT_TYPE } from "../wire/chat-export.ts";
import { LOGIN_PATTERN } from "../wire/ids.ts";
import { lineAnswer } from "./chat.ts";
import { page } from "./fields.ts";
import { route } from "./route.ts";
import { moment, orNull, part, text } from "./shapes.ts";

const time = (description: string) =>
  t.String({
    pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d)$",
    maxLength: 32,
    description,
  });

/** A page may have few items, or none, and still have a cursor: a search reads a bounded part of the room at a time. */
export const searchAnswer = part({
  items: t.Array(lineAnswer),
  nextCursor: t.Union([text, t.Null()], { description: "null once all was searched" }),
  /** Everything after this moment, within what was asked, has been searched. Null: all. */
  searchedBackTo: orNull(moment),
});
export type SearchView = Static<typeof searchAnswer>;

export const searchMessages = route("GET /api/v1/channels/:channel/chat/messages/search", {
  access: "moderator",
  scope: "moderation",
  limit: "search",
  query: t.Object({
    q: t.Optional(
      t.String({ maxLength: 100, description: "at most 100 characters: words that begin words of the line" }),
    ),
    by: t.Optional(t.String({ pattern: `^${LOGIN_PATTERN}$`, maxLength: 25, description: "a login" })),
    from: t.Optional(time("a time, RFC 3339")),
    to: t.Optional(time("a time, RFC 3339; lines of that moment are not found")),
    ...page,
  }),
  answers: { 200: searchAnswer },
  summary: "Search the room's lines, newest first; deleted lines have no text and are not found",
});

/** A stream: one entry a line, as JSON, ascending by `seq`. */
export const exportChat = route("GET /api/v1/channels/:channel/chat/export", {
  access: "owner",
  scope: "channel:read",
  limit: "search",
  answers: { 200: text },
  answerType: EXPORT_TYPE,
  summary: "All entries of the room, as NDJSON",
});
