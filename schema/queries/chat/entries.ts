// A room's entries: the fenced insert of a batch, its read-back, and history. Design §4, "A chat line → everyone".

import postgres from "postgres";
import type { Author, LineEntry, ModerationEntry } from "../../api/chat.ts";
import type { Sql } from "../../database.ts";
import { withLinks } from "../../wire/line-links.ts";
import { type Entry, withoutText } from "../../wire/room.ts";
import { clearedLine, clearsOf } from "./clears.ts";

/** A line as it is stored, with its `seq`. */
export interface StoredLine {
  seq: number;
  id: string;
  /** RFC 3339. */
  at: string;
  user: Author;
  nonce: string;
  body: string;
  action: boolean;
  replyTo: string | null;
}

export interface LineBatch {
  channelId: string;
  /** Epoch of the writer. Nothing is inserted once the channel's row has another epoch. */
  epoch: number;
  lines: StoredLine[];
}

/** `nonceTaken`: a line of the batch repeats a stored one; nothing was inserted. */
export type InsertOutcome = { kind: "inserted"; seqs: number[] } | { kind: "nonceTaken" };

/** One autocommit statement that locks the actor's row: all of it commits before a claim, or none.
 *  Fewer `seqs` than lines: stored before, or fenced; `readBackLines` tells which. Idempotent when repeated unchanged. */
export async function insertLines(
  sql: Sql,
  { channelId, epoch, lines }: LineBatch,
  signal?: AbortSignal,
): Promise<InsertOutcome> {
  const column = <T>(of: (line: StoredLine) => T) => lines.map(of);
  const query = sql<{ seq: number }[]>`
    WITH own AS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch} FOR SHARE)
    INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, user_id, nonce, author, body, action, reply_to)
    SELECT ${channelId}, t.seq, ${epoch}, t.id, 'line', t.at, t.user_id, t.nonce, t.author, t.body, t.action, t.reply_to
    FROM own, unnest(
      ${column((line) => line.seq)}::bigint[],
      ${column((line) => line.id)}::uuid[],
      ${column((line) => line.at)}::text[]::timestamptz[],
      ${column((line) => line.user.id)}::uuid[],
      ${column((line) => line.nonce)}::text[],
      ${column((line) => JSON.stringify(line.user))}::text[]::jsonb[],
      ${column((line) => line.body)}::text[],
      ${column((line) => String(line.action))}::text[]::boolean[],
      ${column((line) => line.replyTo)}::uuid[]
    ) AS t (seq, id, at, user_id, nonce, author, body, action, reply_to)
    ON CONFLICT (channel_id, seq) DO NOTHING
    RETURNING seq`;
  try {
    return { kind: "inserted", seqs: (await abortable(query, signal)).map((row) => row.seq) };
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== "23505") throw error;
    // Line ids are unique too: `readBackLines` finds a line that is stored under another `seq`.
    return error.constraint_name === "chat_entries_nonce" ? { kind: "nonceTaken" } : { kind: "inserted", seqs: [] };
  }
}

/** Which of these lines are stored, and whether the epoch still owns the channel, both from one snapshot. */
export async function readBackLines(
  sql: Sql,
  { channelId, epoch, ids }: { channelId: string; epoch: number; ids: string[] },
  signal?: AbortSignal,
): Promise<{ owned: boolean; found: { id: string; seq: number }[] }> {
  const rows = await abortable(
    sql<{ owned: boolean; id: string | null; seq: number }[]>`
      SELECT own.owned, c.id, c.seq
      FROM (SELECT EXISTS (SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${channelId} AND epoch = ${epoch}) AS owned) AS own
      LEFT JOIN chat_entries c ON c.channel_id = ${channelId} AND c.id = ANY (${ids}::uuid[])`,
    signal,
  );
  return { owned: rows[0]!.owned, found: rows.filter((row): row is typeof row & { id: string } => row.id !== null) };
}

export interface NoncedLine {
  userId: string;
  nonce: string;
  id: string;
  seq: number;
  body: string;
  action: boolean;
}

/** Stored lines with these pairs of user and nonce. */
export async function linesByNonce(
  sql: Sql,
  { channelId, lines }: { channelId: string; lines: { userId: string; nonce: string }[] },
  signal?: AbortSignal,
): Promise<NoncedLine[]> {
  return abortable(
    sql<NoncedLine[]>`
      SELECT c.user_id AS "userId", c.nonce, c.id, c.seq, c.body, c.action
      FROM unnest(${lines.map((line) => line.userId)}::uuid[], ${lines.map((line) => line.nonce)}::text[]) AS t (user_id, nonce)
      JOIN chat_entries c ON c.channel_id = ${channelId} AND c.user_id = t.user_id AND c.nonce = t.nonce`,
    signal,
  );
}

/** The room's highest `seq`, 0 in an empty room. A new owner reads it after its claim. */
export async function headSeq(sql: Sql, channelId: string, signal?: AbortSignal): Promise<number> {
  const [row] = await abortable(
    sql<{ head: number | null }[]>`SELECT max(seq) AS head FROM chat_entries WHERE channel_id = ${channelId}`,
    signal,
  );
  return row!.head ?? 0;
}

interface EntryRange {
  channelId: string;
  /** The oldest entries above this `seq`. Absent: the newest entries. */
  after?: number;
  /** Only entries below this `seq`. */
  before?: number;
  limit: number;
}

/** Entries of a room, ascending by `seq`. */
export async function roomEntries(
  sql: Sql,
  { channelId, after, before = Number.MAX_SAFE_INTEGER, limit }: EntryRange,
  signal?: AbortSignal,
): Promise<Entry[]> {
  const page = after === undefined ? sql`ORDER BY c.seq DESC` : sql`AND c.seq > ${after} ORDER BY c.seq`;
  const rows = await abortable(
    sql<EntryRow[]>`
      SELECT c.seq, c.at, c.id, c.kind, c.author, CASE WHEN ${clearedLine(sql)} THEN '' ELSE c.body END AS body, c.action,
             c.reply_to AS "replyTo", c.event
      FROM chat_entries c ${clearsOf(sql)}
      WHERE c.channel_id = ${channelId} AND c.seq < ${before} ${page} LIMIT ${limit}`,
    signal,
  );
  const entries = rows.map(toEntry);
  return after === undefined ? entries.reverse() : entries;
}

/** A row of a room's entries, as `toEntry` takes it. */
export interface EntryRow extends LineRow {
  kind: Entry["kind"];
  event: object | null;
}

export interface LineRow {
  seq: number;
  at: Date;
  id: string;
  author: Author;
  body: string;
  action: boolean;
  replyTo: string | null;
}

export function toEntry({ kind, event, ...row }: EntryRow): Entry {
  if (kind === "line") return toLine(row);
  const { seq, at, author } = row;
  const by = { id: author.id, login: author.login, displayName: author.displayName };
  return { seq, at: at.toISOString(), kind, ...event, by } as ModerationEntry;
}

export function toLine({ seq, at, id, author, body, action, replyTo }: LineRow): LineEntry {
  const entry: LineEntry = { seq, at: at.toISOString(), kind: "line", id, user: author, body };
  if (body === "") return withoutText(entry); // Lines are never empty when sent.
  if (replyTo) entry.replyTo = replyTo;
  if (action) entry.action = true;
  return withLinks(entry);
}

/** On abort, removes a statement that still waits for a connection. A sent one ends by `statement_timeout`. */
export function abortable<T extends readonly object[]>(
  query: postgres.PendingQuery<T & object[]>,
  signal?: AbortSignal,
) {
  signal?.addEventListener(
    "abort",
    () => {
      // The driver sets `state` when it sends a statement. Cancelling a sent one would open another connection.
      if (!(query as unknown as { state: object | null }).state) query.cancel();
    },
    { once: true },
  );
  return query;
}
