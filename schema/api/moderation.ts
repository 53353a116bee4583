// Moderation of a room (contract §2): bans and timeouts, deletion of lines, the room's modes, and the log of what moderators did.
// Nobody moderates people of their own rank or above: the channel owner, then editors, then moderators. Staff cannot be banned.

import { type Static, t } from "elysia";
import { TIMEOUT_MAX_MS, TIMEOUT_MIN_MS } from "../wire/chat-limits.ts";
import { MODE_FOR_MAX_MS, MODE_FOR_MIN_MS } from "../wire/timed-modes.ts";
import { autoModChange } from "./auto-mod.ts";
import { roomSettings } from "./chat.ts";
import { idParams, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, oneOf, orNull, pageOf, text, wholeNumber } from "./shapes.ts";
import { NAME_CHARACTER } from "./text-patterns.ts";

const DAY_MS = 24 * 60 * 60_000;

export const forModerators = { access: "moderator", scope: "moderation" } as const;

export const participant = answer("Participant", { id, login: text, displayName: text });

export const banAnswer = answer("Ban", {
  user: participant,
  /** Null: the account of the moderator was deleted. */
  by: orNull(participant),
  reason: text,
  createdAt: moment,
  /** Null: until it is lifted. */
  until: orNull(moment),
});
export type BanView = Static<typeof banAnswer>;

export const listBans = route("GET /api/v1/channels/:channel/chat/bans", {
  ...forModerators,
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(banAnswer) },
  summary: "List the people who may not write now, by login",
});

/** Replaces an earlier ban or timeout. The person's lines are deleted, and an editor, moderator or VIP who is banned for good loses the role. */
export const ban = route("PUT /api/v1/channels/:channel/chat/bans/:login", {
  ...forModerators,
  limit: "write",
  body: t.Object(
    {
      durationMs: t.Optional(
        wholeNumber({
          minimum: TIMEOUT_MIN_MS,
          maximum: TIMEOUT_MAX_MS,
          description: "a whole number of milliseconds, from one second to 14 days; without it until it is lifted",
        }),
      ),
      reason: t.Optional(
        t.String({
          pattern: `^${NAME_CHARACTER}*$`,
          maxLength: 500,
          description: "at most 500 characters, no control characters",
        }),
      ),
    },
    strict,
  ),
  answers: { 200: banAnswer },
  codes: ["too_many"],
  summary: "Ban somebody from the room, or time them out",
});

export const unban = route("DELETE /api/v1/channels/:channel/chat/bans/:login", {
  ...forModerators,
  limit: "write",
  answers: { 204: null },
  summary: "Lift a ban or a timeout",
});

export const deleteMessage = route("DELETE /api/v1/channels/:channel/chat/messages/:id", {
  ...forModerators,
  limit: "write",
  params: t.Object({ ...idParams.properties, channel: t.String() }),
  answers: { 204: null },
  summary: "Delete a line",
});

export const clearChat = route("DELETE /api/v1/channels/:channel/chat/messages", {
  ...forModerators,
  limit: "write",
  answers: { 204: null },
  summary: "Delete all lines of the room",
});

export const clearPerson = route("DELETE /api/v1/channels/:channel/chat/people/:login/messages", {
  ...forModerators,
  limit: "write",
  answers: { 204: null },
  summary: "Delete all lines of somebody in the room",
});

export const readChatSettings = route("GET /api/v1/channels/:channel/chat/settings", {
  access: "all",
  limit: "read",
  answers: { 200: roomSettings },
  summary: "The room's modes",
});

const flag = t.Optional(t.Boolean({ description: "true or false" }));
const duration = (maximum: number, words: string) =>
  t.Optional(wholeNumber({ minimum: 0, maximum, description: `a whole number of milliseconds, at most ${words}` }));

/** `shield` puts a strict preset on, and its end brings back what was before. `forMs`: the modes that this change puts on end by themselves. */
export const changeChatSettings = route("PATCH /api/v1/channels/:channel/chat/settings", {
  ...forModerators,
  limit: "write",
  body: t.Object(
    {
      slowMs: duration(30 * 60_000, "30 minutes"),
      followersOnly: flag,
      followersOnlyMs: duration(90 * DAY_MS, "90 days"),
      emoteOnly: flag,
      subscribersOnly: flag,
      uniqueMs: duration(60 * 60_000, "an hour"),
      linksOff: flag,
      verifiedOnly: flag,
      accountAgeMs: duration(90 * DAY_MS, "90 days"),
      shield: flag,
      autoSlow: flag,
      forMs: t.Optional(
        wholeNumber({
          minimum: MODE_FOR_MIN_MS,
          maximum: MODE_FOR_MAX_MS,
          description: "a whole number of milliseconds, from 10 seconds to 30 days, with a mode that is put on",
        }),
      ),
    },
    strict,
  ),
  answers: { 200: roomSettings },
  summary: "Change the room's modes",
});

export const moderationLogAnswer = answer("ModerationLogEntry", {
  id,
  at: moment,
  act: oneOf(
    ...["ban", "timeout", "unban", "delete", "clear-person", "clear", "settings", "warn", "acknowledge"],
    ...["add-terms", "delete-term", "automod", "allow", "deny"],
    ...["pin", "unpin", "announce", "poll-open", "poll-end", "raid", "raid-end", "raided"],
  ),
  /** Null: the room did it by itself, or the account was deleted. */
  by: orNull(participant),
  /** By the room itself: it was due, or the room was too hot to be read. */
  byRoom: bool,
  /** Whom it concerns. Null: nobody, or the account was deleted. */
  target: orNull(participant),
  lineId: orNull(id),
  /** Of a timeout, a pin, a poll, and of modes that end by themselves. */
  durationMs: orNull(count),
  reason: text,
  /** The modes that were changed. */
  settings: orNull(t.Partial(t.Object(roomSettings.properties))),
  /** Terms that were added or deleted. */
  terms: orNull(t.Array(text)),
  /** What was changed of AutoMod. */
  autoMod: orNull(autoModChange),
});
export type ModerationLogView = Static<typeof moderationLogAnswer>;

/** What the log has of some acts beside the fields of all. */
export type LogDetail = Partial<Pick<ModerationLogView, "terms" | "autoMod" | "byRoom">>;

export const readModerationLog = route("GET /api/v1/channels/:channel/chat/log", {
  ...forModerators,
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(moderationLogAnswer) },
  summary: "What moderators did, newest first",
});
