// Lists at the size of a large site: a million users with channels, videos, clips, broadcasts, follows, lines, reports and acts. PostgreSQL tells
// what it did for each page of each list, with the values that were asked (auto_explain): no page reads a large table from end to end.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { connectDatabase, type Database, type Sql } from "#schema/database.ts";
import { broadcastsOf } from "#schema/queries/channels/broadcasts.ts";
import { listedCategories } from "#schema/queries/channels/categories.ts";
import { listedChannels } from "#schema/queries/channels/channels.ts";
import { searchedCategories, searchedChannels, searchKey, titleWords } from "#schema/queries/channels/search.ts";
import { listedClips } from "#schema/queries/clips/clips.ts";
import { auditAbout, auditEntries } from "#schema/queries/operator/audit.ts";
import { usersLike } from "#schema/queries/operator/users.ts";
import { blocksOf } from "#schema/queries/people/blocks.ts";
import { holdersOfRole } from "#schema/queries/people/channel-roles.ts";
import { followersOf, followsOf } from "#schema/queries/people/follows.ts";
import { reportsList } from "#schema/queries/people/reports.ts";
import { linesBetween } from "#schema/queries/videos/chat-replay.ts";
import { segmentsAfter } from "#schema/queries/videos/segments.ts";
import { DATE_MS, madeVideo } from "#schema/queries/videos/testing.ts";
import { listedVideos } from "#schema/queries/videos/videos.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";

const ROWS = Number(process.env.MILLION ?? 1_000_000);
/** Rows of one statement. */
const AT_ONCE = 50_000;
const LIVE = 300;
const LIMIT = 20;
/** Read as a whole by purpose: there are few rows of them. */
const SMALL = ["categories", "nodes"];

let stored: TestDatabase;
let told: Database;
let plans: string[] = [];
let channelId: string;
let userId: string;

beforeAll(async () => {
  stored = await testDatabase();
  // One connection, since its limits are off.
  const loader = connectDatabase({ url: stored.url, applicationName: "loader", connectionsMax: 1 });
  await fill(loader.sql);
  await loader.close();
  told = connectDatabase({
    ...{ url: stored.url, applicationName: "plans", connectionsMax: 1 },
    onNotice: (text) => void plans.push(text),
  });
  await told.sql.unsafe(
    "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on; SET client_min_messages = log",
  );
}, 1_800_000);
afterAll(async () => {
  await told?.close();
  await stored?.drop();
});

/** The same id for the same number: ids rise with numbers. */
const uuid = (prefix: string, number: string) =>
  `('${prefix}-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

async function fill(sql: Sql) {
  await sql.unsafe("SET statement_timeout = 0");
  const each = async (insert: (range: string) => string) => {
    for (let from = 1; from <= ROWS; from += AT_ONCE)
      await sql.unsafe(insert(`generate_series(${from}, ${Math.min(ROWS, from + AT_ONCE - 1)}) i`));
  };
  const user = uuid("00000000", "i");
  const channel = uuid("10000000", "i");
  const title = "(ARRAY['Speedrun','Reef','Chess','Night','Kelp','Moon','Train','Forest'])[1 + i % 8] || ' ' || i";
  // The middle one is what is asked about: it has much of everything.
  const middle = Math.floor(ROWS / 2);
  const busy = (number: string, share: number) => `CASE WHEN i % ${share} = 0 THEN ${middle} ELSE ${number} END`;
  await each(
    (range) => `INSERT INTO users (id, login, display_name, email, role)
    SELECT ${user}, 'user' || i, 'User ' || i, 'user' || i || '@example.org', CASE WHEN i % 100000 = 0 THEN 'staff' ELSE 'user' END FROM ${range}`,
  );
  await each(
    (range) => `INSERT INTO channels (id, user_id, title, category)
    SELECT ${channel}, ${user}, ${title}, CASE i % 3 WHEN 0 THEN 'Chess' END FROM ${range}`,
  );
  const ofBusy = uuid("10000000", busy("i", 50));
  await each(
    (range) => `INSERT INTO broadcasts (id, channel_id, title, phase, epoch, started_at, ended_at)
    SELECT ${uuid("20000000", "i")}, ${ofBusy}, 'x', CASE WHEN i > ${ROWS - LIVE} THEN 'live' ELSE 'ended' END, 1,
      to_timestamp(${DATE_MS / 1_000} + i), CASE WHEN i <= ${ROWS - LIVE} THEN to_timestamp(${DATE_MS / 1_000} + i + 9) END FROM ${range}`,
  );
  await each(
    (range) => `INSERT INTO videos (id, channel_id, kind, status, title, visibility)
    SELECT ${uuid("30000000", "i")}, ${ofBusy}, 'upload', 'ready', ${title}, CASE WHEN i % 10 = 0 THEN 'private' ELSE 'public' END FROM ${range}`,
  );
  await each(
    (
      range,
    ) => `INSERT INTO clips (id, channel_id, video_id, title, start_ms, duration_ms, first_number, last_number, offset_ms)
    SELECT ${uuid("40000000", "i")}, ${ofBusy}, ${uuid("30000000", busy("i", 50))}, 'x', 0, 9000, 0, 5, 0 FROM ${range}`,
  );
  await each(
    (range) => `INSERT INTO follows (user_id, channel_id, created_at)
    SELECT ${uuid("00000000", `CASE WHEN i % 2 = 0 THEN i ELSE ${middle} END`)},
      ${uuid("10000000", `CASE WHEN i % 2 = 0 THEN ${middle} ELSE i END`)}, to_timestamp(i) FROM ${range} ON CONFLICT DO NOTHING`,
  );
  await each(
    (range) => `INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at, body, author)
    SELECT ${uuid("10000000", `${middle}`)}, i, 1, gen_random_uuid(), 'line', to_timestamp(${DATE_MS / 1_000} + i), 'x', '{}' FROM ${range}`,
  );
  await each(
    (range) => `INSERT INTO reports (id, reporter_id, kind, target_id, channel_id, reason, status)
    SELECT ${uuid("50000000", "i")}, ${user}, 'channel', ${ofBusy}, ${ofBusy}, 'spam', CASE WHEN i % 1000 = 0 THEN 'open' ELSE 'dismissed' END
    FROM ${range}`,
  );
  await each(
    (range) => `INSERT INTO audit_log (id, at, actor_id, act, target)
    SELECT ${uuid("60000000", "i")}, to_timestamp(${DATE_MS / 1_000} + i), ${uuid("00000000", busy("i", 50))}, 'channel.changed',
      (${ofBusy})::text FROM ${range}`,
  );
  await each(
    (range) => `INSERT INTO channel_roles (channel_id, user_id, role)
    SELECT ${ofBusy}, ${user}, (ARRAY['moderator','vip','editor'])[1 + i % 3] FROM ${range}`,
  );
  await each(
    (range) => `INSERT INTO blocks (user_id, blocked_user_id)
    SELECT ${uuid("00000000", busy("i", 50))}, ${uuid("00000000", "i + 1")} FROM ${range} WHERE i < ${ROWS}`,
  );
  const id = (prefix: string) => `${prefix}-0000-7000-8000-${middle.toString(16).padStart(12, "0")}`;
  [userId, channelId] = [id("00000000"), id("10000000")];
  await madeVideo(sql, channelId, { id: id("70000000"), broadcastId: null, sessions: [{ segments: 20_000 }] });
  await sql.unsafe("VACUUM ANALYZE");
}

/** A node of a plan that reads all rows of a table, with the table and how many rows there were. */
const SCANS = /(?:Parallel )?Seq Scan on (\w+)[^\n]*?actual [^\n]*?rows=([\d.]+)[^\n]*/g;

async function pageOf(read: (sql: Sql) => Promise<readonly unknown[]>) {
  plans = [];
  const rows = await read(told.sql);
  const scanned = plans
    .flatMap((plan) => [...plan.matchAll(SCANS)])
    .map(([, table]) => table!)
    .filter((table) => !SMALL.includes(table));
  return { rows, scanned, plans };
}

const key = (sql: Sql, text: string) => searchKey(sql, text);
const video = { channelId: null, askerId: null, keeps: false, words: null, beforeId: null, limit: LIMIT };
const channels = { live: null, category: null, q: null, beforeId: null, limit: LIMIT };
const clip = { videoId: null, askerId: null, keeps: false, beforeId: null, limit: LIMIT };
const reported = { status: null, kind: null, targetId: null, afterId: null, limit: LIMIT };
const audit = { actorId: null, act: null, targets: null, before: null, since: null, beforeId: null, limit: LIMIT };
const people = { q: null, role: null, suspended: null, beforeId: null, limit: LIMIT };
const middleOf = (prefix: string) => `${prefix}${channelId.slice(8)}`;

const LISTS: Record<string, (sql: Sql) => Promise<readonly unknown[]>> = {
  "videos: newest": (sql) => listedVideos(sql, video),
  "videos: a later page": (sql) => listedVideos(sql, { ...video, beforeId: middleOf("30000000") }),
  "videos: of a channel": (sql) => listedVideos(sql, { ...video, channelId }),
  "videos: of its owner": (sql) => listedVideos(sql, { ...video, channelId, keeps: true, askerId: userId }),
  "videos: by a rare word": async (sql) => listedVideos(sql, { ...video, words: titleWords(await key(sql, "499999")) }),
  "videos: by a common word": async (sql) => listedVideos(sql, { ...video, words: titleWords(await key(sql, "reef")) }),
  "channels: all": (sql) => listedChannels(sql, channels),
  "channels: live": (sql) => listedChannels(sql, { ...channels, live: true }),
  "channels: off air": (sql) => listedChannels(sql, { ...channels, live: false }),
  "channels: a later page": (sql) => listedChannels(sql, { ...channels, beforeId: channelId }),
  "channels: of a category": (sql) => listedChannels(sql, { ...channels, category: "Chess" }),
  "channels: by a part of a name": (sql) => listedChannels(sql, { ...channels, q: "ser49999" }),
  "channels: by a common part": (sql) => listedChannels(sql, { ...channels, q: "reef" }),
  "channels: live ones by a part": (sql) => listedChannels(sql, { ...channels, live: true, q: "reef" }),
  "search: a name": async (sql) => searchedChannels(sql, { key: await key(sql, "user499"), after: null, limit: LIMIT }),
  "search: what is live": async (sql) =>
    searchedChannels(sql, { key: await key(sql, "reef"), after: null, limit: LIMIT }),
  "search: a letter": async (sql) => searchedChannels(sql, { key: await key(sql, "u"), after: null, limit: LIMIT }),
  "search: categories": async (sql) => searchedCategories(sql, { key: await key(sql, "chess"), limit: LIMIT }),
  categories: (sql) => listedCategories(sql, { after: null, limit: LIMIT }),
  "clips: of a channel": (sql) => listedClips(sql, { ...clip, channelId }),
  "clips: of a video": (sql) => listedClips(sql, { ...clip, channelId, videoId: middleOf("30000000") }),
  "clips: a later page": (sql) => listedClips(sql, { ...clip, channelId, beforeId: middleOf("40000000") }),
  broadcasts: (sql) => broadcastsOf(sql, { channelId, beforeId: null, limit: LIMIT }),
  "broadcasts: a later page": (sql) => broadcastsOf(sql, { channelId, beforeId: middleOf("20000000"), limit: LIMIT }),
  segments: (sql) =>
    segmentsAfter(sql, { videoId: middleOf("70000000"), rendition: "source", after: 17_000, limit: LIMIT }),
  lines: (sql) =>
    linesBetween(sql, {
      ...{ channelId, fromMs: DATE_MS + 400_000_000, toMs: DATE_MS + 500_000_000, within: null, after: null },
      limit: LIMIT,
    }),
  followers: (sql) => followersOf(sql, { channelId, before: null, limit: LIMIT }),
  follows: (sql) => followsOf(sql, { userId, live: null, before: null, limit: LIMIT }),
  "follows: live": (sql) => followsOf(sql, { userId, live: true, before: null, limit: LIMIT }),
  "reports: open": (sql) => reportsList(sql, { ...reported, status: "open" }),
  "reports: all": (sql) => reportsList(sql, reported),
  "reports: about one": (sql) => reportsList(sql, { ...reported, targetId: channelId }),
  "audit: newest": (sql) => auditEntries(sql, audit),
  "audit: of one": (sql) => auditEntries(sql, { ...audit, actorId: userId }),
  "audit: about one": (sql) => auditEntries(sql, { ...audit, targets: [channelId] }),
  "audit: a kind": (sql) => auditEntries(sql, { ...audit, act: "channel" }),
  "audit: an hour": (sql) =>
    auditEntries(sql, { ...audit, since: new Date(DATE_MS + 1_000_000), before: new Date(DATE_MS + 4_600_000) }),
  "audit: of a person": (sql) => auditAbout(sql, { userId, channelId, limit: LIMIT }),
  "people: newest": (sql) => usersLike(sql, people),
  "people: by a part of a name": (sql) => usersLike(sql, { ...people, q: "ser49999" }),
  "people: staff": (sql) => usersLike(sql, { ...people, role: "staff" }),
  blocked: (sql) => blocksOf(sql, { userId, afterLogin: null, limit: LIMIT }),
  moderators: (sql) => holdersOfRole(sql, { channelId, role: "moderator", afterLogin: null, limit: LIMIT }),
};

test("a table that is read from end to end is told", async () => {
  const { scanned } = await pageOf((sql) => sql`SELECT count(*) FROM videos WHERE bytes = 1`);
  expect(new Set(scanned)).toEqual(new Set(["videos"]));
});

for (const [what, read] of Object.entries(LISTS))
  test(`${what}: no table is read from end to end`, async () => {
    const { rows, scanned, plans } = await pageOf(read);
    if (scanned.length > 0) console.log(plans.join("\n"));
    expect(scanned).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
  });
