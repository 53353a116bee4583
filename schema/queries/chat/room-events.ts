// What is going on in a room beside its lines: the pinned line, the open poll, and the raid that counts down. Changes: event-acts.ts.

import type { LineEntry, Moderator } from "../../api/chat.ts";
import type { PinView } from "../../api/pins.ts";
import type { PollView } from "../../api/polls.ts";
import type { Fragment, Sql } from "../../database.ts";
import { clearedLine, clearsOf } from "./clears.ts";
import { abortable, type LineRow, toLine } from "./entries.ts";
import { openPollRow, type PollRow, pollView } from "./polls.ts";
import { pendingRaidRow, type RaidRow, type StoredRaid, storedRaid } from "./raids.ts";

export interface StoredEvents {
  pinned: PinView | null;
  poll: PollView | null;
  /** One that counts down, or whose target was not told. */
  raid: StoredRaid | null;
}

/** A new owner of the room reads it after its claim, in one statement; then only the owner changes it. */
export async function storedEvents(sql: Sql, channelId: string, signal?: AbortSignal): Promise<StoredEvents> {
  const [row] = await abortable(
    sql<{ pin: PinRow | null; poll: PollRow | null; raid: RaidRow | null }[]>`
      SELECT (SELECT to_jsonb(one) FROM (${pinRow(sql, channelId)}) one) AS pin,
             (SELECT to_jsonb(one) FROM (${openPollRow(sql, channelId)}) one) AS poll,
             (SELECT to_jsonb(one) FROM (${pendingRaidRow(sql, channelId)}) one) AS raid`,
    signal,
  );
  const { pin, poll, raid } = row!;
  return { pinned: pin && pinView(pin), poll: poll && pollView(poll), raid: raid && storedRaid(raid) };
}

/** By whom, where the account was deleted since. */
const NOBODY_IN_PARTICULAR: Moderator = {
  id: "00000000-0000-0000-0000-000000000000",
  login: "deleted",
  displayName: "deleted account",
};

/** Times are text where the row was read as JSON. */
interface PinRow extends Omit<LineRow, "at"> {
  at: Date | string;
  pinnedAt: Date | string;
  until: Date | string | null;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

/** A SELECT of at most one PinRow. */
const pinRow = (sql: Sql, channelId: string): Fragment => sql`
  SELECT c.seq, c.at, c.id, c.author, c.body, c.action, c.reply_to AS "replyTo", p.at AS "pinnedAt", p.until,
         m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
  FROM chat_pins p JOIN chat_entries c ON c.channel_id = p.channel_id AND c.id = p.line_id ${clearsOf(sql)}
  LEFT JOIN users m ON m.id = p.by_user_id
  WHERE p.channel_id = ${channelId} AND (p.until IS NULL OR p.until > now()) AND c.kind = 'line' AND c.body <> ''
    AND ${clearedLine(sql)} IS NOT TRUE`;

/** Null: no line is pinned, its time is over, or it was deleted. */
export async function pinOf(sql: Sql, channelId: string): Promise<PinView | null> {
  const [row] = await sql<PinRow[]>`${pinRow(sql, channelId)}`;
  return row ? pinView(row) : null;
}

function pinView({ pinnedAt, until, byId, byLogin, byDisplayName, at, ...line }: PinRow): PinView {
  return {
    line: toLine({ ...line, at: new Date(at) }),
    at: new Date(pinnedAt).toISOString(),
    until: until && new Date(until).toISOString(),
    by: byId === null ? NOBODY_IN_PARTICULAR : { id: byId, login: byLogin!, displayName: byDisplayName! },
  };
}

/** Null: no such line in the channel, or it was deleted. */
export async function lineToPin(
  sql: Sql,
  { channelId, lineId }: { channelId: string; lineId: string },
): Promise<LineEntry | null> {
  const [row] = await sql<LineRow[]>`
    SELECT c.seq, c.at, c.id, c.author, c.body, c.action, c.reply_to AS "replyTo" FROM chat_entries c ${clearsOf(sql)}
    WHERE c.channel_id = ${channelId} AND c.id = ${lineId} AND c.kind = 'line' AND c.body <> '' AND c.user_id IS NOT NULL
      AND ${clearedLine(sql)} IS NOT TRUE`;
  return row ? toLine(row) : null;
}
