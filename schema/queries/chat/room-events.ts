// What is going on in a room beside its lines: the pinned line, the open poll, and the raid that counts down. Changes: event-acts.ts.

import type { LineEntry, Moderator } from "../../api/chat.ts";
import type { PinView } from "../../api/pins.ts";
import type { PollView } from "../../api/polls.ts";
import type { Sql } from "../../database.ts";
import { clearedLine, clearsOf } from "./clears.ts";
import { abortable, type LineRow, toLine } from "./entries.ts";
import { countVotes, openPollOf } from "./polls.ts";
import { pendingRaidOf, type StoredRaid } from "./raids.ts";

export interface StoredEvents {
  pinned: PinView | null;
  poll: PollView | null;
  /** One that counts down, or whose target was not told. */
  raid: StoredRaid | null;
}

/** A new owner of the room reads it after its claim; then only the owner changes it. */
export async function storedEvents(sql: Sql, channelId: string, signal?: AbortSignal): Promise<StoredEvents> {
  const [pinned, open, raid] = await Promise.all([
    pinOf(sql, channelId, signal),
    openPollOf(sql, channelId, signal),
    pendingRaidOf(sql, channelId, signal),
  ]);
  const poll = open && (await countVotes(sql, open, signal));
  return { pinned, poll, raid };
}

/** By whom, where the account was deleted since. */
const NOBODY_IN_PARTICULAR: Moderator = {
  id: "00000000-0000-0000-0000-000000000000",
  login: "deleted",
  displayName: "deleted account",
};

interface PinRow extends LineRow {
  pinnedAt: Date;
  until: Date | null;
  byId: string | null;
  byLogin: string | null;
  byDisplayName: string | null;
}

/** Null: no line is pinned, its time is over, or it was deleted. */
export async function pinOf(sql: Sql, channelId: string, signal?: AbortSignal): Promise<PinView | null> {
  const [row] = await abortable(
    sql<PinRow[]>`
      SELECT c.seq, c.at, c.id, c.author, c.body, c.action, c.reply_to AS "replyTo", p.at AS "pinnedAt", p.until,
             m.id AS "byId", m.login AS "byLogin", m.display_name AS "byDisplayName"
      FROM chat_pins p JOIN chat_entries c ON c.channel_id = p.channel_id AND c.id = p.line_id ${clearsOf(sql)}
      LEFT JOIN users m ON m.id = p.by_user_id
      WHERE p.channel_id = ${channelId} AND (p.until IS NULL OR p.until > now()) AND c.kind = 'line' AND c.body <> ''
        AND ${clearedLine(sql)} IS NOT TRUE`,
    signal,
  );
  if (!row) return null;
  const { pinnedAt, until, byId, byLogin, byDisplayName, ...line } = row;
  const by = byId === null ? NOBODY_IN_PARTICULAR : { id: byId, login: byLogin!, displayName: byDisplayName! };
  return { line: toLine(line), at: pinnedAt.toISOString(), until: until?.toISOString() ?? null, by };
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
