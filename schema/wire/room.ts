// Messages to a channel's room, and the entries it keeps (contract §4).

import type { Author, LineEntry, RoomSettings } from "../api/chat.ts";

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

/** Moderation will add `deleted`, `cleared` and `notice`. */
export type Entry = LineEntry;

/** Settings of a room where every mode is off. */
export const DEFAULT_ROOM_SETTINGS: RoomSettings = {
  slowMs: 0,
  followersOnlyMs: 0,
  emoteOnly: false,
  subscribersOnly: false,
  uniqueMs: 0,
};

/** Sent to `actor.channel.<id>`, handled by the room's own mailbox. */
export type RoomRequest =
  /** Answer: SayAnswer, once the line is stored. Refusals: RefusedCode. */
  | { type: "room.say"; user: Author; nonce: string; body: string; replyTo?: string }
  /** Answer: HistoryAnswer. `after` null: the newest entries. */
  | { type: "room.history"; after: number | null; limit: number };

export interface SayAnswer {
  id: string;
  seq: number;
}

export interface HistoryAnswer {
  headSeq: number;
  /** Ascending by `seq`, without gaps. */
  entries: Entry[];
  room: RoomSettings;
}

/** Published at `channel.<id>.chat`, once per committed batch. */
export interface ChatBatch {
  epoch: number;
  entries: Entry[];
}
