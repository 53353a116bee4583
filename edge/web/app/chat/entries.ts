// The page's list of a room's entries: ordered by `seq`, without holes and duplicates (contract §4).

import type { Author, LineEntry, Moderator } from "#schema/api/chat.ts";
import { erased } from "#schema/wire/room.ts";
import { type NoticeLook, type NoticeOfRoom, noticeLine } from "./notice-line.ts";

/** A line with the beginning of the one that it answers, and with what was removed of it. `notice`: see notice-line.ts. */
export type ShownLine = LineEntry & { quote?: Quote; removed?: Removed; notice?: NoticeLook };

/** Kept in lists of moderators. */
interface Removed {
  body: string;
  /** Null: the entry does not say it. */
  by: Moderator | null;
}

/** Kept with the answer: the line itself may be gone from the list by then. */
export interface Quote {
  /** Of the line that is answered. */
  id: string;
  /** Null: it was not in the list, so that neither its author nor its text is known. */
  user: Author | null;
  /** Empty: deleted, or not known. */
  body: string;
}

/** All kinds count in the sequence, unknown kinds of a later server too; only lines are shown. */
export type AnyEntry =
  | LineEntry
  | { seq: number; at: string; kind: "deleted"; id: string; by?: Moderator }
  | { seq: number; at: string; kind: "cleared"; userId?: string; by?: Moderator }
  | NoticeOfRoom;

export interface EntryList {
  /** Highest `seq` received, from which to resume. Null before the first welcome. */
  headSeq: number | null;
  /** Ascending; at most the newest `linesMax`. */
  lines: ShownLine[];
  /** What a reader who stopped the list reads; null: the list follows the newest line. */
  held: HeldLines | null;
  /** Moderators see what was removed. Default false. */
  keepsRemoved?: boolean;
}

/** They stay however many lines follow: what follows goes into `lines`, where only the newest are kept, and is counted here. */
export interface HeldLines {
  /** Those that were there when the list was stopped, so at most `linesMax`. Deletions apply to them too. */
  lines: ShownLine[];
  newCount: number;
}

export const EMPTY: EntryList = { headSeq: null, lines: [], held: null };

/** A new list from a welcome that does not resume. What `before` holds stays, unless the room went back to an earlier state. */
export function restart(entries: AnyEntry[], headSeq: number, linesMax: number, before = EMPTY): EntryList {
  const missed = headSeq - (before.headSeq ?? headSeq);
  const list = fold({ ...before, headSeq, lines: [], held: missed < 0 ? null : before.held }, entries, linesMax);
  // How many of the missed entries are lines is not known; most are.
  return list.held ? { ...list, held: { ...list.held, newCount: (before.held?.newCount ?? 0) + missed } } : list;
}

export const hold = (list: EntryList): EntryList =>
  list.held ? list : { ...list, held: { lines: list.lines, newCount: 0 } };

export const release = (list: EntryList): EntryList => (list.held ? { ...list, held: null } : list);

/**
 * Adds the new ones of `entries`. `hole`: an entry was beyond head + 1; it and those after it were not added, and the socket
 * must reconnect with `resume`.
 */
export function splice(list: EntryList, entries: AnyEntry[], linesMax: number): { list: EntryList; hole: boolean } {
  let headSeq = list.headSeq ?? (entries[0]?.seq ?? 1) - 1;
  const fresh: AnyEntry[] = [];
  let hole = false;
  for (const entry of entries) {
    if (entry.seq <= headSeq) continue;
    if (entry.seq > headSeq + 1) {
      hole = true;
      break;
    }
    fresh.push(entry);
    headSeq = entry.seq;
  }
  if (fresh.length === 0 && headSeq === list.headSeq) return { list, hole };
  return { list: fold({ ...list, headSeq }, fresh, linesMax), hole };
}

/** Erases the lines of deleted accounts, also where they are quoted. Returns the same list if there are none. */
export function withoutUsers(list: EntryList, userIds: readonly string[]): EntryList {
  const isTheirs = (user: Author | null) => user !== null && userIds.includes(user.id);
  const isTouched = ({ user, quote }: ShownLine) => isTheirs(user) || isTheirs(quote?.user ?? null);
  if (![...list.lines, ...(list.held?.lines ?? [])].some(isTouched)) return list;
  return changed(list, (line) => {
    if (isTheirs(line.user)) return erased(line);
    return isTheirs(line.quote?.user ?? null) ? { ...line, quote: { ...line.quote!, user: null, body: "" } } : line;
  });
}

function fold(list: EntryList, entries: AnyEntry[], linesMax: number): EntryList {
  let next = { ...list, lines: list.lines.slice() };
  let count = 0;
  for (const entry of entries) {
    if (entry.kind === "line") {
      next.lines.push(withQuote(entry, next));
      count++;
    } else if (entry.kind === "deleted")
      next = changed(
        next,
        emptied(({ id }) => id === entry.id, removedBy(next, entry)),
      );
    else if (entry.kind === "cleared")
      next = changed(
        next,
        emptied(({ user }) => !entry.userId || user?.id === entry.userId, removedBy(next, entry)),
      );
    else {
      const line = noticeLine(entry);
      if (line) next.lines.push(line);
    }
  }
  if (next.lines.length > linesMax) next.lines = next.lines.slice(-linesMax);
  if (next.held && count > 0) next.held = { ...next.held, newCount: next.held.newCount + count };
  return next;
}

function withQuote(line: LineEntry, { lines, held }: EntryList): ShownLine {
  const { replyTo } = line;
  if (!replyTo || line.deleted) return line;
  const isIt = ({ id }: LineEntry) => id === replyTo;
  const answered = lines.findLast(isIt) ?? held?.lines.findLast(isIt);
  return { ...line, quote: { id: replyTo, user: answered?.user ?? null, body: answered?.body ?? "" } };
}

const changed = (list: EntryList, change: (line: ShownLine) => ShownLine): EntryList => ({
  ...list,
  lines: list.lines.map(change),
  held: list.held && { ...list.held, lines: list.held.lines.map(change) },
});

/** What a line keeps of its text; null: nothing. */
type Keep = ((body: string) => Removed) | null;

const removedBy = ({ keepsRemoved }: EntryList, { by = null }: { by?: Moderator | null }): Keep =>
  keepsRemoved ? (body) => ({ body, by }) : null;

/** Takes the text of what is gone from a line, and from its quote. */
const emptied =
  (isGone: (said: { id: string; user: Author | null }) => boolean, keep: Keep) =>
  (line: ShownLine): ShownLine => {
    const { quote, ...rest } = line;
    if (isGone(line)) {
      if (line.deleted) return line;
      return { ...rest, body: "", deleted: true, ...(keep && { removed: keep(line.body) }) };
    }
    return quote?.body && isGone(quote) ? { ...line, quote: { ...quote, body: "" } } : line;
  };
