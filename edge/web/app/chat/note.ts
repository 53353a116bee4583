// What the row above the composer says: how the connection is, why a line was refused, or who may write. A pure function of the room.

import type { RoomSettings } from "#schema/api/chat.ts";
import { wallMs } from "../clock.ts";
import { words as chatWords } from "../words/chat.ts";
import { refusalText, words } from "../words/composer.ts";
import type { ConnectionState } from "./connection.ts";
import type { Refused } from "./room.ts";

/** Ends within half a day are told: a clock says when. */
const WAITED_MAX_MS = 12 * 3_600_000;

export interface Note {
  text: string;
  /** For screen readers: a countdown is read out once, not each second. */
  spoken: string;
  look: "quiet" | "warn" | "bad";
  /** The way out of it; null: there is none. */
  out: "follow" | "confirm-email" | "read-warning" | "ask-unban" | null;
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

const WAYS_OUT: Record<string, Note["out"]> = {
  followers_only: "follow",
  email_unverified: "confirm-email",
  warned: "read-warning",
  banned: "ask-unban",
};

function refusalNote({ refused, waitMs }: NoteFacts): Note | null {
  if (!refused || (refused.untilMs !== null && waitMs === 0)) return null;
  const { code } = refused;
  const out = WAYS_OUT[code] ?? null;
  const spoken = refusalText(code, refused.forMs ?? 0);
  return { ...note(refusalText(code, waitMs), code === "held" ? "quiet" : "bad", out), spoken };
}

/** The room's own people know its modes, and are not held to them. */
function modeNote({ settings, roles }: NoteFacts): Note | null {
  if (!settings) return null;
  if (roles.length > 0) return null;
  const modes = modesOf(settings);
  const out = settings.followersOnly ? "follow" : null;
  if (modes.length <= 1) return modes[0] ? note(modes[0].sentence + endSentence(settings), "quiet", out) : null;
  return note(modes.map(({ short }) => short).join(" · "), "quiet", out);
}

/** Of the only mode; a shield's end is that of its modes. Empty: it has none, or one that is too far away to wait for. */
function endSentence({ untilMs = {} }: RoomSettings): string {
  const [endMs] = Object.values(untilMs);
  if (endMs === undefined || endMs - wallMs() > WAITED_MAX_MS) return "";
  return ` ${words.until(chatWords.clock(new Date(endMs).toISOString()))}`;
}

/** A single mode has a sentence; several are named. */
function modesOf(settings: RoomSettings): { sentence: string; short: string }[] {
  const { slowMs, uniqueMs, followersOnlyMs, accountAgeMs } = settings;
  // Absent: a server of an earlier release.
  const autoSlowMs = settings.autoSlowMs ?? 0;
  return [
    slowMs > 0 && slowMs >= autoSlowMs && { sentence: words.slowMode(slowMs), short: words.slowShort(slowMs) },
    autoSlowMs > slowMs && { sentence: words.autoSlowMode(autoSlowMs), short: words.slowShort(autoSlowMs) },
    settings.subscribersOnly && { sentence: words.subscribersOnly, short: words.subscribersShort },
    settings.followersOnly && {
      sentence: words.followersOnly(followersOnlyMs),
      short: words.followersShort(followersOnlyMs),
    },
    settings.emoteOnly && { sentence: words.emoteOnly, short: words.emoteShort },
    settings.linksOff && { sentence: words.linksOff, short: words.linksShort },
    uniqueMs > 0 && { sentence: words.unique, short: words.uniqueShort },
    settings.verifiedOnly && { sentence: words.verifiedOnly, short: words.verifiedShort },
    accountAgeMs > 0 && { sentence: words.accountAge(accountAgeMs), short: words.accountShort },
  ].filter((mode) => mode !== false);
}
