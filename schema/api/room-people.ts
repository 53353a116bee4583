// People in a room, as its moderators see them (`…/chat/people/:login`): the card of a person, notes, and accounts that look like those of
// somebody who is banned. A person may delete their own lines.

import { type Static, t } from "elysia";
import { NOTE_LENGTH_MAX } from "../wire/chat-limits.ts";
import { lineAnswer } from "./chat.ts";
import { idParams, noteText, page, strict } from "./fields.ts";
import { banAnswer, forModerators, moderationLogAnswer, participant } from "./moderation.ts";
import { route } from "./route.ts";
import { answer, count, described, id, moment, oneOf, orNull, pageOf, part, text, word } from "./shapes.ts";
import { person } from "./user.ts";
import { warningAnswer } from "./warnings.ts";

export const noteAnswer = answer("PersonNote", {
  id,
  at: moment,
  /** Null: the account of the author was deleted. */
  by: orNull(participant),
  text,
});
export type NoteView = Static<typeof noteAnswer>;

const LEVELS = ["possible", "likely"] as const;
export type SuspicionLevel = (typeof LEVELS)[number];

/** `possible`: signs in from the address of somebody who is banned. `likely`: with a browser like theirs, too. */
export const suspicionAnswer = answer("Suspicion", {
  user: participant,
  level: oneOf(...LEVELS),
  at: moment,
  /** The moderator who set the mark. Null: it was found by the sign-ins, or the account was deleted. */
  by: orNull(participant),
});
export type SuspicionView = Static<typeof suspicionAnswer>;

/** `lines`: newest first; a deleted one has its text where that is still kept. `history`: what moderators did about the person, newest first. */
const cardAnswer = answer("PersonCard", {
  user: part(person),
  /** Of the account. */
  createdAt: moment,
  followedAt: orNull(moment),
  roles: t.Array(
    described(
      text,
      "in this channel: `broadcaster`, `editor`, `moderator`, `vip`, `subscriber`; and `staff` or `admin`",
    ),
  ),
  counts: part({
    lines: described(count, "at most 10 000 are counted"),
    timeouts: count,
    bans: count,
    warnings: count,
    deleted: described(count, "of single lines"),
  }),
  ban: orNull(banAnswer),
  /** The newest one that is not acknowledged. */
  warning: orNull(warningAnswer),
  suspicion: orNull(suspicionAnswer),
  notes: t.Array(noteAnswer),
  lines: t.Array(lineAnswer),
  history: t.Array(moderationLogAnswer),
});
export type PersonCardView = Static<typeof cardAnswer>;

export const readPersonCard = route("GET /api/v1/channels/:channel/chat/people/:login", {
  ...forModerators,
  limit: "read",
  answers: { 200: cardAnswer },
  summary: "Somebody in the room: account, counts, ban, warning, notes, newest lines, and what moderators did",
});

export const addNote = route("POST /api/v1/channels/:channel/chat/people/:login/notes", {
  ...forModerators,
  limit: "write",
  body: t.Object({ text: noteText(NOTE_LENGTH_MAX) }, strict),
  answers: { 201: noteAnswer },
  codes: ["too_many"],
  summary: "Write a note about somebody, for the channel's moderators",
});

export const deleteNote = route("DELETE /api/v1/channels/:channel/chat/people/:login/notes/:id", {
  ...forModerators,
  limit: "write",
  params: t.Object({ ...idParams.properties, channel: t.String(), login: t.String() }),
  answers: { 204: null },
  summary: "Delete a note: its author, or the channel's owner",
});

export const setSuspicion = route("PUT /api/v1/channels/:channel/chat/people/:login/suspicion", {
  ...forModerators,
  limit: "write",
  body: t.Object({ level: t.Optional(word(LEVELS, "possible or likely; without it likely")) }, strict),
  answers: { 200: suspicionAnswer },
  summary: "Mark somebody as suspicious, for the channel's moderators",
});

/** It is not found again. */
export const clearSuspicion = route("DELETE /api/v1/channels/:channel/chat/people/:login/suspicion", {
  ...forModerators,
  limit: "write",
  answers: { 204: null },
  summary: "Take the mark of a suspicious person away",
});

export const listSuspicions = route("GET /api/v1/channels/:channel/chat/suspicious", {
  ...forModerators,
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(suspicionAnswer) },
  summary: "List the people who are marked as suspicious, by login",
});

/** Everybody stops to see them at once; their texts are erased from the database within minutes. Lines that were reported stay with the report. */
export const deleteMyMessages = route("DELETE /api/v1/channels/:channel/chat/people/me/messages", {
  access: "signed-in",
  limit: "write",
  answers: { 204: null },
  summary: "Delete all my lines of the room, for good",
});
