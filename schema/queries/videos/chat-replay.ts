// The lines of a room between two times, for chat replay.

import type { LineEntry } from "../../api/chat.ts";
import type { Sql } from "../../database.ts";
import { clearedLine, clearsOf } from "../chat/clears.ts";
import { type LineRow, toLine } from "../chat/entries.ts";

interface LinesBetween {
  channelId: string;
  /** Wall time, ms since 1970. */
  fromMs: number;
  /** Not included. */
  toMs: number;
  /** Only lines of these times; null: all. */
  within: readonly { fromMs: number; toMs: number }[] | null;
  /** The previous page's last line. */
  after: { atMs: number; seq: number } | null;
  limit: number;
}

/** Ascending by time, then by `seq`. Deleted lines have no text any more, and are left out. */
export const linesBetween = async (sql: Sql, range: LinesBetween): Promise<LineEntry[]> =>
  (await lineRows(sql, range)).map(toLine);

/** For the test that asks for its plan. */
export function lineRows(
  sql: Sql,
  { channelId, fromMs, toMs, within, after, limit }: LinesBetween,
): Promise<LineRow[]> {
  const moment = (ms: number) => sql`to_timestamp(${ms / 1_000}::float8)`;
  return sql<LineRow[]>`
    SELECT c.seq, c.at, c.id, c.author, c.body, c.action, c.reply_to AS "replyTo" FROM chat_entries c ${clearsOf(sql)}
    WHERE c.channel_id = ${channelId} AND c.at >= ${moment(fromMs)} AND c.at < ${moment(toMs)} AND c.kind = 'line' AND c.body <> ''
      AND ${clearedLine(sql)} IS NOT TRUE
      ${
        within === null
          ? sql``
          : sql`AND EXISTS (SELECT 1 FROM unnest(${within.map((span) => span.fromMs / 1_000)}::float8[],
              ${within.map((span) => span.toMs / 1_000)}::float8[]) w (from_s, to_s)
              WHERE c.at >= to_timestamp(w.from_s) AND c.at < to_timestamp(w.to_s))`
      }
      ${after === null ? sql`` : sql`AND (c.at, c.seq) > (${moment(after.atMs)}, ${after.seq})`}
    ORDER BY c.at, c.seq LIMIT ${limit}`;
}
