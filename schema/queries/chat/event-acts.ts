// What acts change beside lines and settings: the pinned line, polls and raids. Common table expressions of the act's statement (acts.ts).

import type { RaidView } from "../../api/raids.ts";
import type { Fragment, Sql } from "../../database.ts";

export type EventChange =
  /** `untilMs` null: until it is taken down. */
  | { kind: "pin"; lineId: string; untilMs: number | null }
  | { kind: "unpin" }
  /** Only the entry tells of it. */
  | { kind: "told" }
  | { kind: "poll-open"; pollId: string; question: string; choices: string[]; endsAtMs: number }
  /** `votes` by choice: all that are stored. */
  | { kind: "poll-end"; pollId: string; votes: number[] }
  | { kind: "raid"; raidId: string; toChannelId: string; viewers: number; goesAtMs: number }
  | { kind: "raid-end"; raidId: string; state: RaidView["state"] };

interface Act {
  channelId: string;
  at: string;
  byUserId: string | null;
}

/** They change rows only where `entry` was inserted. */
export function eventChange(sql: Sql, { channelId, at, byUserId }: Act, change: EventChange): Fragment {
  const moment = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  switch (change.kind) {
    case "pin":
      return sql`pinned AS (
        INSERT INTO chat_pins (channel_id, line_id, by_user_id, at, until)
        SELECT ${channelId}::uuid, ${change.lineId}::uuid, ${byUserId}::uuid, ${at}::text::timestamptz, ${moment(change.untilMs)}::text::timestamptz
        FROM entry
        ON CONFLICT (channel_id) DO UPDATE SET line_id = excluded.line_id, by_user_id = excluded.by_user_id, at = excluded.at, until = excluded.until)`;
    case "unpin":
      return sql`unpinned AS (DELETE FROM chat_pins WHERE channel_id = ${channelId} AND EXISTS (SELECT 1 FROM entry))`;
    case "told":
      return sql`told AS (SELECT 1 FROM entry)`;
    case "poll-open":
      return sql`opened AS (
        INSERT INTO chat_polls (id, channel_id, by_user_id, question, choices, votes, started_at, ends_at)
        SELECT ${change.pollId}::uuid, ${channelId}::uuid, ${byUserId}::uuid, ${change.question}, ${change.choices}::text[],
               ${change.choices.map(() => 0)}::integer[], ${at}::text::timestamptz, ${moment(change.endsAtMs)}::text::timestamptz
        FROM entry)`;
    case "poll-end":
      return sql`ended AS (
        UPDATE chat_polls SET ended_at = ${at}::text::timestamptz, votes = ${change.votes}::integer[]
        WHERE id = ${change.pollId} AND ended_at IS NULL AND EXISTS (SELECT 1 FROM entry))`;
    case "raid":
      return sql`raid AS (
        INSERT INTO raids (id, channel_id, to_channel_id, by_user_id, viewers, state, started_at, goes_at)
        SELECT ${change.raidId}::uuid, ${channelId}::uuid, c.id, ${byUserId}::uuid, ${change.viewers}::integer, 'counting',
               ${at}::text::timestamptz, ${moment(change.goesAtMs)}::text::timestamptz
        FROM entry, channels c WHERE c.id = ${change.toChannelId})`;
    case "raid-end":
      return sql`ended AS (
        UPDATE raids SET state = ${change.state}
        WHERE id = ${change.raidId} AND channel_id = ${channelId} AND EXISTS (SELECT 1 FROM entry))`;
  }
}
