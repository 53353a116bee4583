// The search of a room's lines by those who moderate it.
//
// Words are compared by the `search_key` of the other searches, but have no index: it would cost each line more than its own storing. Instead
// a search walks the room backwards, a bounded part of it at a time, and says how far it came. Lines of one person are found by an index.

import type { LineEntry } from "../../api/chat.ts";
import type { Sql } from "../../database.ts";
import { searchKey, wordsOf } from "../search/words.ts";
import { clearedLine, clearsOf } from "./clears.ts";
import { type LineRow, toLine } from "./entries.ts";

/** Lines that one page reads at most. */
const READ_MAX = 10_000;

/** A line, as the place where a page ended. */
export interface Place {
  atMs: number;
  seq: number;
}

interface Search {
  channelId: string;
  /** Each of its words begins a word of the line. Empty: any line. */
  q: string;
  /** In lower case. Null: of anybody. */
  login: string | null;
  from: Date | null;
  /** Not included. */
  to: Date | null;
  /** Only lines before it. */
  before: Place | null;
  limit: number;
}

interface Found {
  /** Newest first. */
  lines: LineEntry[];
  /** Where the next page begins: before it. Null: all was searched. */
  next: Place | null;
}

const NOTHING: Found = { lines: [], next: null };

export async function searchLines(sql: Sql, search: Search): Promise<Found> {
  const { channelId, q, login, from, to, before, limit } = search;
  const words = q === "" ? [] : wordsOf(await searchKey(sql, q));
  if (q !== "" && words.length === 0) return NOTHING;
  const userId = login === null ? null : await userOf(sql, login);
  if (login !== null && userId === null) return NOTHING;
  const patterns = words.map((word) => `% ${word}%`);
  // Each in the order of its index: of the person's lines, or of the room's times.
  const walk =
    userId === null
      ? sql`${before === null ? sql`` : sql`AND (at, seq) < (${new Date(before.atMs)}, ${before.seq})`} ORDER BY at DESC, seq DESC`
      : sql`AND user_id = ${userId} ${before === null ? sql`` : sql`AND seq < ${before.seq}`} ORDER BY seq DESC`;
  const rows = await sql<(LineRow & { isHit: boolean; isLast: boolean })[]>`
    WITH part AS MATERIALIZED (
      SELECT row_number() OVER () AS place, read.* FROM (
        SELECT seq, at, id, channel_id, user_id, author, body, action, reply_to FROM chat_entries
        WHERE channel_id = ${channelId} AND kind = 'line'
          ${from === null ? sql`` : sql`AND at >= ${from}`} ${to === null ? sql`` : sql`AND at < ${to}`} ${walk}
        LIMIT ${READ_MAX}) read
    ), hits AS (
      SELECT c.place FROM part c ${clearsOf(sql)}
      WHERE c.body <> '' AND ${clearedLine(sql)} IS NOT TRUE
        ${patterns.length === 0 ? sql`` : sql`AND ' ' || search_key(c.body) LIKE ALL (${patterns}::text[])`}
      ORDER BY c.place LIMIT ${limit + 1}
    )
    SELECT p.seq, p.at, p.id, p.author, p.body, p.action, p.reply_to AS "replyTo", h.place IS NOT NULL AS "isHit",
           p.place = ${READ_MAX} AS "isLast"
    FROM part p LEFT JOIN hits h ON h.place = p.place WHERE h.place IS NOT NULL OR p.place = ${READ_MAX} ORDER BY p.place`;
  const hits = rows.filter(({ isHit }) => isHit);
  const lines = hits.slice(0, limit).map(({ isHit: _, isLast: __, ...row }) => toLine(row));
  const end = hits.length > limit ? hits[limit - 1] : rows.find(({ isLast }) => isLast);
  return { lines, next: end ? { atMs: end.at.getTime(), seq: end.seq } : null };
}

async function userOf(sql: Sql, login: string): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`SELECT id FROM users WHERE login = ${login}`;
  return row?.id ?? null;
}
