// What a command of the composer is.

import type { Room } from "./room.ts";

export interface Command {
  /** Without the slash. */
  name: string;
  /** What follows it, in words. Empty: nothing. */
  argument: string;
  /** One line. */
  help: string;
  /** The person needs one of these roles; null: none. */
  roles: readonly string[] | null;
  /** Does it, and says so by a toast. A text: why not, and what to write instead. Rejects if it cannot be done. Null: it is said in the
   *  room, which understands it. */
  run: ((call: CommandCall) => Promise<string | null>) | null;
}

export interface CommandCall {
  /** Login of the channel. */
  channel: string;
  room: Room;
  /** What follows the command, trimmed. */
  argument: string;
}
