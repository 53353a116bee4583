// What happens in a room beside its lines: messages to the room, and what it tells its edges. Part of room.ts.

import type { Moderator, NoticeEntry } from "../api/chat.ts";
import type { PinView } from "../api/pins.ts";
import type { PollView } from "../api/polls.ts";
import type { RaidView } from "../api/raids.ts";

/** By whom the room does something by itself. Nobody can have the login. */
export const SYSTEM: Moderator = {
  id: "00000000-0000-0000-0000-000000000000",
  login: "system",
  displayName: "system",
};

/** What moderators do beside moderation. The edge has checked that they may. */
export type EventAct =
  /** `durationMs` null: until it is taken down. Refusal: `not_found` for a line that was deleted meanwhile. */
  | { act: "pin"; line: PinView["line"]; durationMs: number | null }
  | { act: "unpin" }
  | { act: "announce"; body: string; color: NonNullable<NoticeEntry["color"]> }
  /** Refusal: `poll_open`. */
  | { act: "poll-open"; pollId: string; question: string; choices: string[]; durationMs: number }
  /** Refusal: `poll_over`. */
  | { act: "poll-end"; pollId: string }
  /** Refusal: `raid_running`, unless the same target is asked for again. */
  | {
      act: "raid";
      raidId: string;
      from: RaidView["from"];
      toChannelId: string;
      to: RaidView["to"];
      viewers: number;
      inMs: number;
    }
  /** Of a raid that counts down; one that is gone can be declined. Refusal: `not_found` for others. `gone`: by the room itself. */
  | { act: "raid-end"; raid: RaidView; state: "gone" | "cancelled" | "declined" }
  /** To the target's room, by the source's. */
  | { act: "raided"; raid: RaidView };

const EVENT_ACTS = {
  pin: true,
  unpin: true,
  announce: true,
  "poll-open": true,
  "poll-end": true,
  raid: true,
  "raid-end": true,
  raided: true,
} as const satisfies Record<EventAct["act"], true>;

export const isEventAct = (act: { act: string }): act is EventAct => Object.hasOwn(EVENT_ACTS, act.act);

/** What a room shows beside its entries. Each change is published, in a batch with the entry that tells of it, or alone. */
export interface RoomState {
  /** Of the owner, and the number of the change under it: what is lower is older. */
  epoch: number;
  number: number;
  pinned: PinView | null;
  /** The one that is open, or the last that ended under this owner. */
  poll: PollView | null;
  /** The one that counts down, or the last that ended under this owner. */
  raid: RaidView | null;
}

/** Answer: PollView. `id`: a repeat is the same vote. Refusals: `already_voted`, `poll_over`, `forbidden` for who is banned. */
export interface VoteRequest {
  type: "room.vote";
  id: string;
  userId: string;
  pollId: string;
  choice: number;
}
