// A room's entries over HTTP (`/api/v1/channels/:channel/chat/messages`). The chat itself is a WebSocket: schema/wire/socket.ts.

import { type Static, t } from "elysia";
import { ANNOUNCEMENT_COLORS } from "../wire/chat-limits.ts";
import { TIMED_MODES, type TimedMode } from "../wire/timed-modes.ts";
import { page } from "./fields.ts";
import { pollAnswer } from "./polls.ts";
import { raidAnswer } from "./raids.ts";
import { route } from "./route.ts";
import { answer, bool, count, described, id, moment, oneOf, pageOf, part, text, wholeNumber } from "./shapes.ts";

export const authorAnswer = answer("Author", {
  id,
  login: text,
  displayName: text,
  /** `#rrggbb`. */
  color: text,
  badges: t.Array(text),
});
export type Author = Static<typeof authorAnswer>;

/** A part of a line's body that leads somewhere: code points, `to` exclusive. Only http and https. */
const lineLink = part({
  from: count,
  to: count,
  href: text,
  host: t.Optional(described(text, "to be shown beside the text, which looks like another host")),
});
export type LineLink = Static<typeof lineLink>;

/** A line of a person. A deleted line keeps its `seq` and loses its body. */
export const lineAnswer = answer("Line", {
  seq: count,
  at: moment,
  kind: t.Literal("line"),
  id,
  user: authorAnswer,
  body: text,
  replyTo: t.Optional(text),
  action: t.Optional(bool),
  deleted: t.Optional(bool),
  links: t.Optional(t.Array(lineLink)),
});
export type LineEntry = Static<typeof lineAnswer>;

/** Who did it: a moderator, an editor, the channel owner or an admin. */
export const moderatorAnswer = answer("Moderator", { id, login: text, displayName: text });
export type Moderator = Static<typeof moderatorAnswer>;

/** A moderator deleted one line. */
const deletedAnswer = answer("Deleted", {
  seq: count,
  at: moment,
  kind: t.Literal("deleted"),
  id: described(id, "of the deleted line"),
  by: moderatorAnswer,
});

/** The lines before this entry are deleted: those of one person, or all. */
const clearedAnswer = answer("Cleared", {
  seq: count,
  at: moment,
  kind: t.Literal("cleared"),
  userId: t.Optional(described(id, "whose lines are deleted; absent: everybody's")),
  banned: t.Optional(described(bool, "the person may not write any more: for `durationMs`, or for good without it")),
  durationMs: t.Optional(count),
  by: moderatorAnswer,
});

const end = t.Optional(count);
const endOfEach = Object.fromEntries(TIMED_MODES.map((mode) => [mode, end])) as Record<TimedMode, typeof end>;

/** A room's modes; 0 and false: off. Moderators, VIPs and the channel owner are above them. */
export const roomSettings = answer("RoomSettings", {
  /** Between two lines of one person. */
  slowMs: count,
  followersOnly: bool,
  /** For how long one must have followed the channel while `followersOnly` is on; 0: for any time. */
  followersOnlyMs: count,
  emoteOnly: bool,
  subscribersOnly: bool,
  /** In this time nobody may repeat their own line, or one of the room's last. */
  uniqueMs: count,
  linksOff: bool,
  /** Only people whose e-mail address is confirmed may write. */
  verifiedOnly: bool,
  /** How old an account must be. */
  accountAgeMs: count,
  /** The strict preset is on; its end brings the settings before it back. */
  shield: bool,
  /** The room puts slow mode on by itself while it is too hot to be read. */
  autoSlow: bool,
  /** What the room has put on by itself, until it is calm; `slowMs` holds too where it is longer. */
  autoSlowMs: count,
  untilMs: t.Optional(
    described(
      t.Object(endOfEach, { additionalProperties: false }),
      "by mode: when it ends by itself, in ms since 1970. A mode without an end is left out",
    ),
  ),
});
export type RoomSettings = Static<typeof roomSettings>;

export const noticeAnswer = answer("Notice", {
  seq: count,
  at: moment,
  kind: t.Literal("notice"),
  /** `private`: of an earlier release; it concerned one person alone and has nothing to show. */
  code: oneOf(
    "settings",
    "unbanned",
    "private",
    "announcement",
    "pinned",
    "unpinned",
    "poll",
    "poll_ended",
    "raid",
    "raid_ended",
    "raided",
  ),
  room: t.Optional(described(roomSettings, "of `settings`: all modes from now on")),
  userId: t.Optional(described(id, "of `unbanned`: who may write again")),
  body: t.Optional(described(text, "of `announcement`")),
  color: t.Optional(described(oneOf(...ANNOUNCEMENT_COLORS), "of `announcement`")),
  lineId: t.Optional(described(id, "of `pinned`")),
  poll: t.Optional(described(pollAnswer, "of `poll`: as it was opened; of `poll_ended`: its result")),
  raid: t.Optional(
    described(raidAnswer, "of `raid` and `raid_ended`: to another channel; of `raided`: from one, whose viewers come"),
  ),
  by: described(moderatorAnswer, "of what the room did by itself: `system`, with the nil UUID"),
});
export type NoticeEntry = Static<typeof noticeAnswer>;

/** Anything that has a `seq`. Others may come: ignore the unknown. */
export const entryAnswer = t.Union([lineAnswer, deletedAnswer, clearedAnswer, noticeAnswer]);
export type EntryView = Static<typeof entryAnswer>;
export type ModerationEntry = Exclude<EntryView, LineEntry>;

const seq = wholeNumber({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: "a seq: a whole number" });

/** Ascending. With `after` the oldest above it, else the newest below `before`; `nextCursor` continues in the same direction. */
export const listMessages = route("GET /api/v1/channels/:channel/chat/messages", {
  access: "all",
  limit: "read",
  query: t.Object({ before: t.Optional(seq), after: t.Optional(seq), ...page }),
  answers: { 200: pageOf(entryAnswer) },
  summary: "List the room's entries, ascending",
});
