// Requests of banned people to be let back into a room. Moderators accept one, which lifts the ban, or deny it with an answer.

import { type Static, t } from "elysia";
import { NOTE_LENGTH_MAX } from "../wire/chat-limits.ts";
import { idParams, noteText, page, strict } from "./fields.ts";
import { forModerators, participant } from "./moderation.ts";
import { route } from "./route.ts";
import { answer, bool, described, id, moment, oneOf, orNull, pageOf, text, word } from "./shapes.ts";

const STATES = ["open", "accepted", "denied", "closed"] as const;
export type UnbanRequestState = (typeof STATES)[number];

/** `closed`: the ban was lifted without it. */
const state = oneOf(...STATES);

export const unbanRequestAnswer = answer("UnbanRequest", {
  id,
  user: participant,
  at: moment,
  text,
  state,
  /** Null: not decided, or the account of the moderator was deleted. */
  by: orNull(participant),
  decidedAt: orNull(moment),
  /** To the person; empty: none. */
  answer: text,
});
export type UnbanRequestView = Static<typeof unbanRequestAnswer>;

/** Without the moderator. */
const ownRequest = answer("MyUnbanRequest", {
  id,
  at: moment,
  text,
  state,
  decidedAt: orNull(moment),
  answer: text,
});

const mine = answer("MyUnbanRequests", {
  banned: described(bool, "for good: a timeout ends by itself"),
  reason: described(text, "of the ban; empty: none"),
  /** The newest one. */
  request: orNull(ownRequest),
  mayAskAt: described(orNull(moment), "from when on a request is taken, which may be past; null: not about this ban"),
});
export type MyUnbanRequestsView = Static<typeof mine>;

/** Open ones oldest first, all others newest first. */
export const listUnbanRequests = route("GET /api/v1/channels/:channel/chat/unban-requests", {
  ...forModerators,
  limit: "read",
  query: t.Object({ state: t.Optional(word(STATES, "open, accepted, denied or closed; without it open")), ...page }),
  answers: { 200: pageOf(unbanRequestAnswer) },
  summary: "List the requests of banned people to be let back in",
});

/** Once for each ban, and again 30 days after a denial. `not_banned`: a timeout counts as none. */
export const requestUnban = route("POST /api/v1/channels/:channel/chat/unban-requests", {
  access: "signed-in",
  limit: "write",
  body: t.Object({ text: noteText(NOTE_LENGTH_MAX) }, strict),
  answers: { 201: ownRequest },
  codes: ["not_banned", "already_asked"],
  summary: "Ask the moderators to lift my ban",
});

export const readMyUnbanRequests = route("GET /api/v1/channels/:channel/chat/unban-requests/mine", {
  access: "signed-in",
  limit: "read",
  answers: { 200: mine },
  summary: "What has become of my request, and whether I may ask again",
});

/** The same decision of the same moderator again is no fault. */
export const decideUnbanRequest = route("POST /api/v1/channels/:channel/chat/unban-requests/:id", {
  ...forModerators,
  limit: "write",
  params: t.Object({ ...idParams.properties, channel: t.String() }),
  body: t.Object(
    { accept: t.Boolean({ description: "true or false" }), answer: t.Optional(noteText(NOTE_LENGTH_MAX)) },
    strict,
  ),
  answers: { 200: unbanRequestAnswer },
  codes: ["already_decided"],
  summary: "Accept a request, which lifts the ban, or deny it",
});
