// The page's list of a room's entries: ordered by `seq`, without holes and duplicates (contract §4).

import type { LineEntry } from "#schema/api/chat.ts";
import { erased } from "#schema/wire/room.ts";

/** All kinds count in the sequence, unknown kinds of a later server too; only lines are shown. */
export type AnyEntry =
  | LineEntry
  | { seq: number; at: string; kind: "deleted"; id: string }
  | { seq: number; at: string; kind: "cleared"; userId?: string }
  | { seq: number; at: string; kind: "notice"; code: string };

export interface EntryList {
  /** Highest `seq` received, from which to resume. Null before the first welcome. */
  headSeq: number | null;
  /** Ascending; at most the newest `linesMax`. */
  lines: LineEntry[];
}

export const EMPTY: EntryList = { headSeq: null, lines: [] };

/** A new list from a welcome that does not resume. */
export const restart = (entries: AnyEntry[], headSeq: number, linesMax: number): EntryList =>
  fold({ headSeq, lines: [] }, entries, linesMax);

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
  return { list: fold({ headSeq, lines: list.lines }, fresh, linesMax), hole };
}

/** Erases the lines of deleted accounts. Returns the same list if there are none. */
export function withoutUsers(list: EntryList, userIds: readonly string[]): EntryList {
  const isTheirs = ({ user }: LineEntry) => userIds.includes(user.id);
  if (!list.lines.some(isTheirs)) return list;
  return { ...list, lines: list.lines.map((line) => (isTheirs(line) ? erased(line) : line)) };
}

function fold({ headSeq, lines }: EntryList, entries: AnyEntry[], linesMax: number): EntryList {
  let next = lines.slice();
  for (const entry of entries) {
    if (entry.kind === "line") next.push(entry);
    else if (entry.kind === "deleted") next = next.map((line) => (line.id === entry.id ? emptied(line) : line));
    else if (entry.kind === "cleared")
      next = next.map((line) => (!entry.userId || line.user.id === entry.userId ? emptied(line) : line));
  }
  return { headSeq, lines: next.length > linesMax ? next.slice(-linesMax) : next };
}

const emptied = (line: LineEntry): LineEntry => (line.deleted ? line : { ...line, body: "", deleted: true });
