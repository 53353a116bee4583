// What the row above the composer says: how the connection is, why a line was refused, or who may write. A pure function of the room.

import type { RoomSettings } from "#schema/api/chat.ts";
import { refusalText, words } from "../words/composer.ts";
import type { ConnectionState } from "./connection.ts";
import type { Refused } from "./room.ts";

export interface Note {
  text: string;
  /** For screen readers: a countdown is read out once, not each second. */
  spoken: string;
  look: "quiet" | "warn" | "bad";
  /** The way out of it; null: there is none. */
  out: "follow" | "confirm-email" | null;
}

export interface NoteFacts {
  connection: ConnectionState;
  /** The server does not take this page's address for its own. */
  isForeignOrigin: boolean;
  /** No welcome has come yet. */
  isFirst: boolean;
  isSignedIn: boolean;
  refused: Refused | null;
  /** Until the person may write again; 0: at once. */
  waitMs: number;
  /** Why the last command was not done; empty: it was. */
  commandTrouble: string;
  settings: RoomSettings | null;
  /** Of the person in this room. */
  roles: readonly string[];
}

/** Null: all is well, and anybody may write. */
export function noteOf(facts: NoteFacts): Note | null {
  const { isSignedIn, commandTrouble } = facts;
  const connection = connectionText(facts);
  if (connection) return note(connection, "warn");
  if (!isSignedIn) return null;
  if (commandTrouble) return note(commandTrouble, "bad");
  return refusalNote(facts) ?? modeNote(facts);
}

const note = (text: string, look: Note["look"], out: Note["out"] = null): Note => ({ text, spoken: text, look, out });

function connectionText({ connection, isForeignOrigin, isFirst }: NoteFacts): string | null {
  if (isForeignOrigin) return words.wrongAddress;
  if (connection.phase === "closed") return connection.reason === "malformed" ? words.closedByMistake : words.closed;
  // The lines of the first welcome have their place: nothing need be said while they come.
  if (connection.phase === "open" || (isFirst && connection.phase === "connecting")) return null;
  return isFirst ? words.connecting : words.reconnecting;
}

function refusalNote({ refused, waitMs }: NoteFacts): Note | null {
  if (!refused || (refused.untilMs !== null && waitMs === 0)) return null;
  const { code } = refused;
  const out = code === "followers_only" ? "follow" : code === "email_unverified" ? "confirm-email" : null;
  const spoken = refusalText(code, refused.forMs ?? 0);
  return { ...note(refusalText(code, waitMs), code === "held" ? "quiet" : "bad", out), spoken };
}

/** The room's own people know its modes, and are not held to them. */
function modeNote({ settings, roles }: NoteFacts): Note | null {
  if (!settings) return null;
  const { subscribersOnly, followersOnlyMs, emoteOnly, slowMs } = settings;
  if (roles.length > 0) return null;
  if (slowMs > 0) return note(words.slowMode(slowMs), "quiet");
  if (subscribersOnly) return note(words.subscribersOnly, "quiet");
  if (followersOnlyMs > 0) return note(words.followersOnly(followersOnlyMs), "quiet", "follow");
  return emoteOnly ? note(words.emoteOnly, "quiet") : null;
}
