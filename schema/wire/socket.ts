// Frames and close codes of the chat WebSocket (contract §4).

import type { Phase } from "../api/broadcasts.ts";
import type { Entry, RefusedCode, RoomSettings } from "./room.ts";

export const FRAME_BYTES_MAX = 64 * 1024;

export type ClientFrame =
  | { type: "hello"; token?: string; resume?: { seq: number } }
  | { type: "say"; nonce: string; body: string; replyTo?: string };

export interface You {
  id: string;
  login: string;
  roles: string[];
}

export type ServerFrame =
  | {
      type: "welcome";
      protocol: 1;
      you: You | null;
      room: RoomSettings;
      seq: number;
      viewers: number;
      resumed: boolean;
      entries: Entry[];
    }
  | { type: "entries"; entries: Entry[] }
  /** The user's roles in this room have changed. Same fields as `you` in the welcome. */
  | ({ type: "you" } & You)
  | { type: "said"; nonce: string; id: string; seq: number }
  | { type: "refused"; nonce?: string; code: RefusedCode | "bad_message"; retryAfterMs?: number }
  | ({ type: "room" } & RoomSettings)
  /** These accounts were deleted: clients must hide their lines (`erased` in room.ts). */
  | { type: "erased"; userIds: string[] }
  | { type: "viewers"; count: number }
  | { type: "status"; phase: Phase; broadcastId?: string }
  | { type: "bye"; retryAfterMs: number };

/** 4000–4499: the client reconnects with `resume`. 4500–4999: it must not reconnect. */
export const close = {
  goingAway: 4000,
  noHello: 4002,
  tokenExpired: 4003,
  tooSlow: 4008,
  tooManySockets: 4029,
  badToken: 4501,
  /** The channel was suspended or deleted. */
  channelGone: 4504,
  tooManyMalformed: 4509,
} as const;
