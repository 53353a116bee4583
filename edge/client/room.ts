// A chat room, as a bot sees it. room-connection.ts is behind it.

import type { Cleared, Deleted, Line, Notice, Pin, Poll, Raid } from "./api.ts";
import type { RoomError } from "./errors.ts";
import type { ClientSocketConstructor } from "./socket.ts";

export interface RoomOptions {
  /** Origin of the site: `https://host`. */
  origin: string;
  /** Login or id. */
  channel: string;
  /**
   * Without a token the room is read-only. A personal access token needs `chat:read`, and `chat:write` to send lines. A function is called before
   * each connection; `renew`: the last token has expired, so the function must get a new one. If it throws, it is called again after a pause,
   * except when it throws the ClientError of a refused call: that ends the room.
   */
  token?: string | ((renew: boolean) => string | Promise<string>);
  /** Called once for each line, in order, beginning with the lines that were there before. */
  onEntry?: (entry: Line) => void;
  /** Called once for each act of a moderator, in order with the lines: which of them are deleted, who may not write, which modes are on. */
  onModeration?: (act: Deleted | Cleared | Notice) => void;
  /** Called when another line is pinned, or none, and once after joining. */
  onPinned?: (pinned: Pin | null) => void;
  /** Called when a poll opens, when its counts change and when it ends; after joining, if one is open. */
  onPoll?: (poll: Poll) => void;
  /** Called when the channel's viewers are about to be sent to another channel, when they go, and when the raid is called off. */
  onRaid?: (raid: Raid) => void;
  /** These accounts were deleted: forget their lines. May be called more than once for the same account. */
  onErased?: (userIds: string[]) => void;
  /** Called once, when the room has closed for good, and not by `close()`. */
  onClose?: (error: RoomError) => void;
  /** For runtimes without a WebSocket, such as Node 20: the one of the package `ws`. */
  WebSocket?: ClientSocketConstructor;
}

export interface Room {
  /**
   * Resolves once the line is stored. Lines are sent one after the other, over reconnects too, and repeated with their nonce while the answer is
   * `unavailable`, for 30 s. Rejects with a RoomError.
   */
  say(body: string, options?: { replyTo?: string }): Promise<{ id: string; seq: number }>;
  /** Leaves for good: nothing is called afterwards. */
  close(): void;
}
