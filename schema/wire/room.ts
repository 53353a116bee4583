// Messages to a channel's room, and the entries it keeps (contract §4).

import type { AutoModChange } from "../api/auto-mod.ts";
import type { Author, EntryView, LineEntry, Moderator, RoomSettings } from "../api/chat.ts";
import type { ServerFrame } from "../api/chat-frames.ts";
import type { TermKind } from "../api/terms.ts";
import type { WordKind } from "./moderation/auto-mod.ts";
import type { EventAct, RoomState, VoteRequest } from "./room-events.ts";

/** Author of a line whose account was deleted. The login is reserved, so no user can take it. */
export const NOBODY: Author = {
  id: "00000000-0000-0000-0000-000000000000",
  login: "deleted",
  displayName: "deleted account",
  color: "#8a8a8a",
  badges: [],
};

/** A line after its author's account deletion: it keeps its place and loses its text and author. */
export const erased = ({ seq, at, id }: LineEntry): LineEntry => ({
  ...{ seq, at, kind: "line", id, user: NOBODY, body: "", deleted: true },
});

/** A line that a moderator deleted: it keeps its place and its author, and loses its text. */
export const withoutText = ({ seq, at, id, user }: LineEntry): LineEntry => ({
  ...{ seq, at, kind: "line", id, user, body: "", deleted: true },
});

export type Entry = EntryView;

export const linesIn = (entries: readonly Entry[]): LineEntry[] =>
  entries.filter(({ kind }) => kind === "line") as LineEntry[];

/** Takes deleted accounts out of an entry: their lines and announcements, and their names from what they did as moderators. */
export function withoutAccounts(entry: Entry, userIds: ReadonlySet<string>): Entry {
  if (entry.kind === "line") return userIds.has(entry.user.id) ? erased(entry) : entry;
  if (!userIds.has(entry.by.id)) return entry;
  const { id, login, displayName } = NOBODY;
  const { body: _, ...rest } = entry as typeof entry & { body?: string };
  return { ...(rest as typeof entry), by: { id, login, displayName } };
}

/** True: the moderation entry deletes this line. It comes before the entry. */
export function isDeletedBy(line: LineEntry, entry: Entry): boolean {
  if (entry.kind === "deleted") return entry.id === line.id;
  return entry.kind === "cleared" && (entry.userId === undefined || entry.userId === line.user.id);
}

/** Settings of a room where every mode is off. */
export const DEFAULT_ROOM_SETTINGS: RoomSettings = {
  slowMs: 0,
  followersOnly: false,
  followersOnlyMs: 0,
  emoteOnly: false,
  subscribersOnly: false,
  uniqueMs: 0,
  linksOff: false,
  verifiedOnly: false,
  accountAgeMs: 0,
  shield: false,
  autoSlow: false,
  autoSlowMs: 0,
};

/** What a moderator does. The edge has checked that they may. */
export type ModerationAct =
  /** `durationMs` null: until it is lifted. It also deletes the person's lines. `unrole`: the person loses all roles in the channel. */
  | { act: "ban"; userId: string; durationMs: number | null; reason: string; unrole: boolean }
  /** `requestId`: the unban request that it accepts. All others of the person are closed. */
  | { act: "unban"; userId: string; requestId?: string }
  | { act: "delete"; lineId: string; authorId: string }
  | { act: "clear-person"; userId: string }
  | { act: "clear" }
  /** `forMs`: what it puts on ends by itself after this time. */
  | { act: "settings"; change: SettingsChange; forMs?: number }
  /** By the room itself: the modes whose time is over. Refusal `not_found`: there are none. */
  | { act: "end-modes" }
  | QuietAct
  /** About a line that is held. Refusal `already_decided`. */
  | { act: "decide"; lineId: string; allow: boolean };

/** Acts that only some people may learn of: they have no entry. A repeat under the same id is the same act. */
type QuietAct =
  /** The person may not write until they acknowledge it. */
  | { act: "warn"; userId: string; reason: string }
  /** Of the person themselves: all their warnings. */
  | { act: "acknowledge"; userId: string }
  /** The ids are the terms'. `expiresInMs` null: until they are deleted. Refusal `term_refused`. */
  | { act: "add-terms"; kind: TermKind; terms: { id: string; text: string }[]; expiresInMs: number | null }
  /** Refusal `not_found`. */
  | { act: "delete-term"; termId: string }
  | { act: "automod"; change: AutoModChange };

export type Act = ModerationAct | EventAct;

/** Fields that change. `shield` alone puts the preset on, or takes it away. */
export type SettingsChange = Partial<Omit<RoomSettings, "untilMs">>;

/** What the edge knows of a speaker beside the author: the rules of some modes ask for it. */
export interface Speaking {
  /** Null: does not follow the channel. */
  followedAtMs: number | null;
  accountAtMs: number;
  emailVerified: boolean;
  /** Moderators have marked the person. */
  suspicious?: boolean;
}

/** What in a line is not said in words. The edge looks it up for each line, so that an emote counts in all rooms within seconds of its upload. */
export interface LineTokens {
  /** Codes of emotes of the channel or the instance. */
  emotes: string[];
  /** Logins of people who are mentioned, in lower case. */
  logins: string[];
}

/** Sent to `actor.channel.<id>`, handled by the room's own mailbox. */
export type RoomRequest =
  /** Answer: SayAnswer, once the line is stored. Refusals: RefusedCode; `held` once the line is stored for moderators. */
  | {
      type: "room.say";
      user: Author;
      nonce: string;
      body: string;
      replyTo?: string;
      speaking?: Speaking;
      tokens?: LineTokens;
    }
  /** Answer: ActAnswer, once it is stored. `id` is its entry's, or that of its row in the log where there is no entry: a repeat is the same act. */
  | ({ type: "room.act"; id: string; by: Moderator } & Act)
  | VoteRequest
  /** Answer: CodeVerdict. About an emote that is about to be made. */
  | { type: "room.judge-code"; code: string }
  /** Answer: HistoryAnswer. `after` null: the newest entries. */
  | { type: "room.history"; after: number | null; limit: number };

export interface SayAnswer {
  id: string;
  seq: number;
}

export interface ActAnswer {
  /** 0: the act has no entry. */
  seq: number;
  /** Of its entry. Absent: an owner of an earlier release. */
  at?: string;
  /** After the act. */
  room: RoomSettings;
  /** Absent: an owner of an earlier release. */
  state?: RoomState;
}

export interface CodeVerdict {
  /** Null: it may be the code of an emote here. */
  refused: { code: "blocked_term"; term: string } | { code: "automod"; category: WordKind } | null;
}

export interface HistoryAnswer {
  headSeq: number;
  /** Ascending by `seq`, without gaps. */
  entries: Entry[];
  room: RoomSettings;
  /** Absent: an owner of an earlier release. */
  state?: RoomState;
}

/** Published at `channel.<id>.chat`, once per committed batch, and for a changed state without entries. */
export interface ChatBatch {
  epoch: number;
  /** None: only some people are told something. */
  entries: Entry[];
  /** Absent: it has not changed. */
  state?: RoomState;
  told?: Told[];
}

/** A frame for some sockets alone. It is not kept: who was away asks the API. */
export interface Told {
  /** Moderators, editors, the channel owner and admins; or all sockets of one person. */
  to: "moderators" | { userId: string };
  frame: ServerFrame;
}
