// The list of a room's entries as this page has it: spliced by `seq`, without holes, without doubles (contract §4).

import type { LineEntry } from "#schema/api/chat.ts";
import { erased } from "#schema/wire/room.ts";

/** Kinds a later server may send. All take their place in the sequence; only lines are shown. */
export type AnyEntry =
  | LineEntry
  | { seq: number; at: string; kind: "deleted"; id: string }
  | { seq: number; at: string; kind: "cleared"; userId?: string }
  | { seq: number; at: string; kind: "notice"; code: string };

export interface EntryList {
  /** Highest `seq` seen; what `resume` asks from. Null before the first welcome. */
  headSeq: number | null;
  /** Ascending; the newest `kept` at most. */
  lines: LineEntry[];
}

export const EMPTY: EntryList = { headSeq: null, lines: [] };

/** Starts afresh from a welcome that does not resume. */
export const restart = (entries: AnyEntry[], headSeq: number, kept: number): EntryList =>
  fold({ headSeq, lines: [] }, entries, kept);

/**
 * Adds what is new of `entries`. A hole, an entry beyond head + 1, adds nothing from there on and is told: the socket
 * must then come back with `resume`.
 */
export function splice(list: EntryList, entries: AnyEntry[], kept: number): { list: EntryList; hole: boolean } {
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
  return { list: fold({ headSeq, lines: list.lines }, fresh, kept), hole };
}

/** Without what these people said: their accounts are deleted. The same list when there was nothing. */
export function without(list: EntryList, userIds: readonly string[]): EntryList {
  const isTheirs = ({ user }: LineEntry) => userIds.includes(user.id);
  if (!list.lines.some(isTheirs)) return list;
  return { ...list, lines: list.lines.map((line) => (isTheirs(line) ? erased(line) : line)) };
}

function fold({ headSeq, lines }: EntryList, entries: AnyEntry[], kept: number): EntryList {
  let next = lines.slice();
  for (const entry of entries) {
    if (entry.kind === "line") next.push(entry);
    else if (entry.kind === "deleted") next = next.map((line) => (line.id === entry.id ? emptied(line) : line));
    else if (entry.kind === "cleared")
      next = next.map((line) => (!entry.userId || line.user.id === entry.userId ? emptied(line) : line));
  }
  return { headSeq, lines: next.length > kept ? next.slice(-kept) : next };
}

/** A deleted line keeps its place and loses its body. */
const emptied = (line: LineEntry): LineEntry => (line.deleted ? line : { ...line, body: "", deleted: true });
