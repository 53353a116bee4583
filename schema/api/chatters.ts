// Who is in a room: the signed-in people with an open chat.

import { type Static, t } from "elysia";
import { CHATTERS_MAX } from "../wire/chat-limits.ts";
import { route } from "./route.ts";
import { answer, count, described, id, orNull, part, text } from "./shapes.ts";

export const chatterAnswer = part({ id, login: text, displayName: text, roles: t.Array(text) });
export type ChatterView = Static<typeof chatterAnswer>;

export const chattersAnswer = answer("Chatters", {
  /** Signed-in people, each once; at most 5 s old. */
  count,
  people: described(orNull(t.Array(chatterAnswer)), `by login; null: there are more than ${CHATTERS_MAX}`),
});
export type ChattersView = Static<typeof chattersAnswer>;

export const listChatters = route("GET /api/v1/channels/:channel/chat/chatters", {
  access: "all",
  limit: "read",
  answers: { 200: chattersAnswer },
  summary: "The signed-in people in the room, by name while they are few",
});
