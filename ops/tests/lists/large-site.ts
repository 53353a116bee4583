// Fills a database with as many users, channels, videos, clips, broadcasts, follows, lines, reports and acts as a large site has.

import { connectDatabase, type Sql } from "#schema/database.ts";
import { DATE_MS, madeVideo } from "#schema/queries/videos/testing.ts";

/** Rows of one statement. */
const AT_ONCE = 50_000;
const LIVE = 300;
/** One row in so many is the middle channel's or user's. */
const SHARE = 49;
/** One in so many is rare: it has a role, a suspension, a category or a kind of report that few have. */
const RARE = 100_000;

export interface LargeSite {
  /** Of the middle user, who has much of everything. */
  userId: string;
  channelId: string;
  /** The middle row of a table, by the first eight digits of the table's ids. */
  middleOf(prefix: string): string;
  /** One of its videos that is public and has many clips. */
  busyVideoId: string;
  /** Number of the middle row. */
  middle: number;
}

/** First eight digits of the ids of a table. The ids of acts are of their times. */
export const PREFIX = {
  user: "00000000",
  channel: "10000000",
  broadcast: "20000000",
  video: "30000000",
  clip: "40000000",
  report: "50000000",
  /** Of the one video that has segments. */
  longVideo: "70000000",
} as const;

/** Takes 6 min for a million rows on two cores. */
export async function fillLargeSite(url: string, rows: number): Promise<LargeSite> {
  // One connection, since its settings are its own.
  const { sql, close } = connectDatabase({ url, applicationName: "loader", connectionsMax: 1 });
  const middle = Math.floor(rows / 2);
  const idOf = (prefix: string, number: number) => `${prefix}-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
  const middleOf = (prefix: string) => idOf(prefix, middle);
  try {
    // Triggers and foreign keys would take most of the time: the triggers update one row for each follow.
    await sql.unsafe(
      "SET statement_timeout = 0; SET session_replication_role = replica; SET maintenance_work_mem = '512MB'",
    );
    const restoreIndexes = await dropSlowIndexes(sql);
    for (const insert of inserts({ middle, rows })) {
      for (let from = 1; from <= rows; from += AT_ONCE)
        await sql.unsafe(insert(`generate_series(${from}, ${Math.min(rows, from + AT_ONCE - 1)}) i`));
    }
    await sql`INSERT INTO nodes (incarnation, name, address, slots) VALUES (${crypto.randomUUID()}, 'a', '127.0.0.1:1', 1)`;
    await sql`UPDATE actors SET node = (SELECT incarnation FROM nodes) WHERE key IN (
      SELECT channel_id::text FROM broadcasts WHERE ended_at IS NULL)`;
    await sql`UPDATE channels c SET followers = (SELECT count(*) FROM follows WHERE channel_id = c.id) WHERE id = ${middleOf(PREFIX.channel)}`;
    await madeVideo(sql, middleOf(PREFIX.channel), {
      ...{ id: middleOf(PREFIX.longVideo), broadcastId: null, sessions: [{ segments: 20_000 }] },
    });
    await restoreIndexes();
    await sql.unsafe("VACUUM ANALYZE");
  } finally {
    await close();
  }
  const busyVideoId = idOf(PREFIX.video, busyVideo(middle));
  return { userId: middleOf(PREFIX.user), channelId: middleOf(PREFIX.channel), busyVideoId, middleOf, middle };
}

/** Inverted indexes are made in a tenth of the time once all rows are there. */
async function dropSlowIndexes(sql: Sql): Promise<() => Promise<void>> {
  const slow = await sql<{ name: string; made: string }[]>`
    SELECT indexname AS name, indexdef AS made FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% USING gin %'`;
  for (const { name } of slow) await sql.unsafe(`DROP INDEX ${name}`);
  return async () => {
    for (const { made } of slow) await sql.unsafe(made);
  };
}

/** A public one. Its channel is another one's, as far as the videos go: a list of clips asks for the video of its clips alone. */
const busyVideo = (middle: number) => middle + 1;

/** The same id for the same number: ids rise with numbers. */
const uuid = (prefix: string, number: string) =>
  `('${prefix}-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

const TITLE = "(ARRAY['Speedrun','Reef','Chess','Night','Kelp','Moon','Train','Forest'])[1 + i % 8] || ' ' || i";

function inserts({ middle, rows }: { middle: number; rows: number }): ((range: string) => string)[] {
  const busy = `CASE WHEN i % ${SHARE} = 0 THEN ${middle} ELSE i END`;
  const [user, channel] = [uuid(PREFIX.user, "i"), uuid(PREFIX.channel, "i")];
  const [ofBusy, byBusy] = [uuid(PREFIX.channel, busy), uuid(PREFIX.user, busy)];
  const at = `to_timestamp(${DATE_MS / 1_000} + i)`;
  const isLive = `i > ${rows - LIVE}`;
  const [isRare, isSuspended] = [`i % ${RARE} = 7`, `i % ${RARE} = 8`];
  return [
    (range) => `INSERT INTO users (id, login, display_name, email, role, suspended_at, suspension_reason)
      SELECT ${user}, 'user' || i, 'User ' || i, 'user' || i || '@example.org', CASE WHEN ${isRare} THEN 'staff' ELSE 'user' END,
        CASE WHEN ${isSuspended} THEN now() END, CASE WHEN ${isSuspended} THEN 'spam' END FROM ${range}`,
    (range) => `INSERT INTO channels (id, user_id, title, category)
      SELECT ${channel}, ${user}, ${TITLE}, CASE WHEN ${isRare} THEN 'Music' WHEN i % 3 = 0 THEN 'Chess' END FROM ${range}`,
    (range) => `INSERT INTO actors (kind, key, epoch) SELECT 'channel', (${channel})::text, 1 FROM ${range}`,
    (range) => `INSERT INTO broadcasts (id, channel_id, title, phase, epoch, started_at, ended_at)
      SELECT ${uuid(PREFIX.broadcast, "i")}, ${ofBusy}, 'x', CASE WHEN ${isLive} THEN 'live' ELSE 'ended' END, 1, ${at},
        CASE WHEN NOT ${isLive} THEN ${at} + interval '9 s' END FROM ${range}`,
    (range) => `INSERT INTO videos (id, channel_id, kind, status, title, visibility)
      SELECT ${uuid(PREFIX.video, "i")}, ${ofBusy}, 'upload', 'ready', ${TITLE}, CASE WHEN i % 10 = 0 THEN 'private' ELSE 'public' END
      FROM ${range}`,
    (
      range,
    ) => `INSERT INTO clips (id, channel_id, video_id, title, start_ms, duration_ms, first_number, last_number, offset_ms)
      SELECT ${uuid(PREFIX.clip, "i")}, ${ofBusy}, ${uuid(PREFIX.video, `CASE WHEN i % ${SHARE} = 0 THEN ${busyVideo(middle)} ELSE i END`)}, 'x', 0, 9000, 0, 5, 0
      FROM ${range}`,
    (range) => `INSERT INTO follows (user_id, channel_id, created_at)
      SELECT ${uuid(PREFIX.user, `CASE WHEN i % 500 = 1 THEN ${middle} ELSE i END`)},
        ${uuid(PREFIX.channel, `CASE WHEN i % 2 = 0 THEN ${middle} ELSE i END`)}, to_timestamp(i) FROM ${range} ON CONFLICT DO NOTHING`,
    (range) => `INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, body, author)
      SELECT ${uuid(PREFIX.channel, `${middle}`)}, i, 1, gen_random_uuid(), 'line', ${at}, 'x', '{}' FROM ${range}`,
    (range) => `INSERT INTO reports (id, reporter_id, kind, target_id, channel_id, reason, status)
      SELECT ${uuid(PREFIX.report, "i")}, ${user}, CASE WHEN ${isRare} THEN 'user' ELSE 'channel' END, ${ofBusy}, ${ofBusy}, 'spam',
        CASE WHEN i % 1000 = 0 THEN 'open' ELSE 'dismissed' END FROM ${range}`,
    (range) => `INSERT INTO audit_log (id, at, actor_id, act, target)
      SELECT (lpad(to_hex(${DATE_MS} + i * 1000::bigint), 12, '0') || '7000' || lpad(to_hex(32768::bigint << 48 | i), 16, '0'))::uuid, ${at}, ${byBusy},
        CASE WHEN ${isRare} THEN 'node.drained' WHEN i % 3 = 0 THEN 'sign-in.failed' ELSE 'sign-in.ok' END, (${ofBusy})::text FROM ${range}`,
    (range) => `INSERT INTO channel_roles (channel_id, user_id, role)
      SELECT ${ofBusy}, ${user}, (ARRAY['moderator','vip','editor'])[1 + i % 3] FROM ${range}`,
    (range) => `INSERT INTO blocks (user_id, blocked_user_id)
      SELECT ${byBusy}, ${uuid(PREFIX.user, "i + 1")} FROM ${range} WHERE i < ${rows}`,
  ];
}
