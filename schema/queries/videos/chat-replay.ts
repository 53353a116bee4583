// The lines of a room between two times, for chat replay.

import type { LineEntry } from "../../api/chat.ts";
import type { Sql } from "../../database.ts";
import { type EntryRow, toEntry } from "../chat/entries.ts";

interface LinesBetween {
  channelId: string;
  /** Wall time, ms since 1970. */
  fromMs: number;
  /** Not included. */
  toMs: number;
  /** The previous page's last line. */
  after: { atMs: number; seq: number } | null;
  limit: number;
}

/** Ascending by time, then by `seq`. Deleted lines have no text any more, and are left out. */
export const linesBetween = async (sql: Sql, range: LinesBetween): Promise<LineEntry[]> =>
  (await lineRows(sql, range)).map(toEntry);

/** For the test that asks for its plan. */
export function lineRows(sql: Sql, { channelId, fromMs, toMs, after, limit }: LinesBetween): Promise<EntryRow[]> {
  const moment = (ms: number) => sql`to_timestamp(${ms / 1_000}::float8)`;
  return sql<EntryRow[]>`
    SELECT seq, at, id, author, body, action, reply_to AS "replyTo" FROM chat_entries
    WHERE channel_id = ${channelId} AND at >= ${moment(fromMs)} AND at < ${moment(toMs)} AND kind = 'line' AND body <> ''
      ${after === null ? sql`` : sql`AND (at, seq) > (${moment(after.atMs)}, ${after.seq})`}
    ORDER BY at, seq LIMIT ${limit}`;
}
