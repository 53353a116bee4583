import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import { connectDatabase } from "#schema/database.ts";
import type { StoredAct, StoredSettings } from "#schema/queries/chat/acts.ts";
import type { StoredAside } from "#schema/queries/chat/asides.ts";
import type { LineBatch, StoredLine } from "#schema/queries/chat/entries.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { type HistoryAnswer, linesIn, type SayAnswer } from "#schema/wire/room.ts";
import { openRoom } from "../room.ts";
import { Committer } from "./committer.ts";
import { NO_JUDGING } from "./memory-judging.ts";
import type { RoomJudge } from "./room-judge.ts";
import type { ChatStore } from "./store.ts";
import { createPostgresChatStore } from "./store-postgres.ts";

let test_: TestDatabase;
let store: ChatStore;
beforeAll(async () => {
  test_ = await testDatabase();
  store = createPostgresChatStore(test_.database, systemClock);
});
afterAll(() => test_.drop());

const uuid = () => systemRandom.uuid(Date.now());
const user = { id: uuid(), login: "ada", displayName: 'Ada "A" {x}', color: "#112233", badges: ["broadcaster"] };

function line(seq: number, more: Partial<StoredLine> = {}): StoredLine {
  const at = new Date(1_790_000_000_000 + seq).toISOString();
  return { seq, id: uuid(), at, user, nonce: uuid(), body: `line ${seq}`, action: false, replyTo: null, ...more };
}

async function claimed(epoch = 1): Promise<string> {
  const channelId = uuid();
  await test_.database.sql`INSERT INTO actors (kind, key, epoch) VALUES ('channel', ${channelId}, ${epoch})`;
  return channelId;
}

const idsOf = ({ channelId, epoch, lines }: LineBatch) => ({ channelId, epoch, ids: lines.map(({ id }) => id) });

/** Takes every line. */
const anyRoom: RoomJudge = {
  load: () => false,
  saidBefore: () => {},
  judge: () => null,
  held: () => [],
  notHeld: () => {},
  mayAct: () => null,
  make() {
    throw new Error("nobody moderates here");
  },
  apply: () => [],
};

const claim = (channelId: string) =>
  test_.database.sql`UPDATE actors SET epoch = epoch + 1 WHERE kind = 'channel' AND key = ${channelId}`;

/** Resolves once a statement of the test waits for a row lock. */
async function somebodyWaits() {
  for (;;) {
    const [row] = await test_.database.sql<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    if (row!.n > 0) return;
    await Bun.sleep(10);
  }
}

test("a batch is stored with all its fields and read back ascending", async () => {
  const channelId = await claimed();
  const replyTo = uuid();
  const lines = [
    line(1, { body: `quotes " ' \\ {} , NULL 🦊`, action: true }),
    line(2, { replyTo }),
    line(3, { body: "NULL", nonce: "null" }),
  ];
  expect(await store.insert({ channelId, epoch: 1, lines })).toEqual({ kind: "inserted", seqs: [1, 2, 3] });
  const entries = await store.entries({ channelId, after: null, upTo: 3, limit: 10 });
  expect(entries).toEqual([
    { seq: 1, at: lines[0]!.at, kind: "line", id: lines[0]!.id, user, body: lines[0]!.body, action: true },
    { seq: 2, at: lines[1]!.at, kind: "line", id: lines[1]!.id, user, body: "line 2", replyTo },
    { seq: 3, at: lines[2]!.at, kind: "line", id: lines[2]!.id, user, body: "NULL" },
  ]);
  expect(await store.headSeq(channelId)).toBe(3);
  expect(await store.headSeq(uuid())).toBe(0);
  const seqs = async (after: number | null, upTo: number, limit: number) =>
    (await store.entries({ channelId, after, upTo, limit })).map((entry) => entry.seq);
  expect(await seqs(null, 3, 2)).toEqual([2, 3]);
  expect(await seqs(0, 3, 2)).toEqual([1, 2]);
  expect(await seqs(1, 2, 9)).toEqual([2]);
});

test("the same batch again inserts nothing, and reading back finds it", async () => {
  const channelId = await claimed();
  const batch = { channelId, epoch: 1, lines: [line(1), line(2)] };
  await store.insert(batch);
  expect(await store.insert(batch)).toEqual({ kind: "inserted", seqs: [] });
  expect(await store.readBack(idsOf(batch))).toEqual({
    owned: true,
    seqById: new Map(batch.lines.map(({ id, seq }) => [id, seq])),
  });
});

test("an insert of an old epoch returns no rows and leaves none", async () => {
  const channelId = await claimed();
  await claim(channelId);
  const batch = { channelId, epoch: 1, lines: [line(1)] };
  expect(await store.insert(batch)).toEqual({ kind: "inserted", seqs: [] });
  expect(await store.readBack(idsOf(batch))).toEqual({ owned: false, seqById: new Map() });
  expect(await store.headSeq(channelId)).toBe(0);
});

test("an insert that meets a claim in progress waits for it, then stores nothing", async () => {
  const channelId = await claimed();
  const batch = { channelId, epoch: 1, lines: [line(1)] };
  const { insert } = await test_.database.sql.begin(async (sql) => {
    await sql`UPDATE actors SET epoch = 2 WHERE kind = 'channel' AND key = ${channelId}`;
    const insert = store.insert(batch);
    await somebodyWaits();
    return { insert };
  });
  expect(await insert).toEqual({ kind: "inserted", seqs: [] });
  expect(await store.headSeq(channelId)).toBe(0);
});

test("a claim that meets an insert in progress waits for it, and a read after the claim has all its lines", async () => {
  const channelId = await claimed();
  const { database } = test_;
  // The insert holds the owner's row but cannot finish: another database session has inserted its first number in an open transaction.
  const first = line(1);
  const { insert, claimed: claiming } = await database.sql.begin(async (sql) => {
    await sql`INSERT INTO chat_entries (channel_id, seq, epoch, id, kind, at) VALUES (${channelId}, 1, 1, ${uuid()}, 'line', now())`;
    const insert = store.insert({ channelId, epoch: 1, lines: [first, line(2)] });
    await somebodyWaits();
    let done = false;
    const claimed = claim(channelId).then(() => {
      done = true;
    });
    await Bun.sleep(100);
    expect(done).toBe(false);
    await sql`DELETE FROM chat_entries WHERE channel_id = ${channelId}`;
    return { insert, claimed };
  });
  await claiming;
  expect(await store.headSeq(channelId)).toBe(2);
  expect(await insert).toEqual({ kind: "inserted", seqs: [1, 2] });
});

test("200 inserts race a claim: no line of the old epoch appears after the claim", async () => {
  const channelId = await claimed();
  const writers = connectDatabase({ url: test_.url, applicationName: "writers", connectionsMax: 1 });
  const theirs = createPostgresChatStore(writers, systemClock);
  const inserts = Array.from({ length: 200 }, (_, i) =>
    theirs.insert({ channelId, epoch: 1, lines: [line(3 * i + 1), line(3 * i + 2), line(3 * i + 3)] }),
  );
  await inserts[3];
  await claim(channelId);
  const rows = async () =>
    (await store.entries({ channelId, after: 0, upTo: 1_000, limit: 1_000 })).map((entry) => entry.seq);
  const atClaim = await rows();
  const outcomes = await Promise.all(inserts);
  expect(await rows()).toEqual(atClaim);
  const landed = outcomes.filter((outcome) => outcome.kind === "inserted" && outcome.seqs.length === 3).length;
  expect(atClaim).toHaveLength(3 * landed);
  expect(landed).toBeGreaterThan(0);
  expect(landed).toBeLessThan(200);
  await writers.close();
});

test("a repeated nonce stores nothing of the batch and names the first line", async () => {
  const channelId = await claimed();
  const first = line(1, { nonce: "n" });
  await store.insert({ channelId, epoch: 1, lines: [first] });
  const batch = { channelId, epoch: 1, lines: [line(2), line(3, { nonce: "n" }), line(4)] };
  expect(await store.insert(batch)).toEqual({ kind: "nonceTaken" });
  expect(await store.byNonce(batch)).toEqual([
    { userId: user.id, nonce: "n", id: first.id, seq: 1, body: "line 1", action: false },
  ]);
  expect(await store.headSeq(channelId)).toBe(1);
});

test("a value that PostgreSQL cannot hold is poison, a broken connection is not", async () => {
  const channelId = await claimed();
  const bad = { channelId, epoch: 1, lines: [line(1, { body: "nul \u0000" })] };
  await expect(store.insert(bad)).rejects.toBeInstanceOf(StorePoisoned);
  for (const half of [{ body: "\ud800" }, { nonce: "\udfff" }, { nonce: "a\ud83d" }, { body: "\ude00\ud83d" }])
    await expect(store.insert({ channelId, epoch: 1, lines: [line(1), line(2, half)] })).rejects.toBeInstanceOf(
      StorePoisoned,
    );
  expect(await store.headSeq(channelId)).toBe(0);
  const nowhere = connectDatabase({ url: "postgres://x@127.0.0.1:1/x", applicationName: "nowhere" });
  const away = createPostgresChatStore(nowhere, systemClock);
  await expect(away.headSeq(channelId)).rejects.toBeInstanceOf(StoreAway);
  await nowhere.close();
});

test("any refusal of the server is poison, whatever its reason; what says that the server is busy or goes is not", async () => {
  const channelId = await claimed();
  const batch = { channelId, epoch: 1, lines: [line(1)] };
  const { sql } = test_.database;
  await sql`ALTER TABLE chat_entries RENAME COLUMN reply_to TO was_reply_to`;
  await expect(store.insert(batch)).rejects.toBeInstanceOf(StorePoisoned);
  await sql`ALTER TABLE chat_entries RENAME COLUMN was_reply_to TO reply_to`;
  const limited = connectDatabase({ url: test_.url, applicationName: "impatient", lockTimeoutMs: 50 });
  await sql.begin(async (sql) => {
    await sql`LOCK TABLE chat_entries IN ACCESS EXCLUSIVE MODE`;
    await expect(createPostgresChatStore(limited, systemClock).insert(batch)).rejects.toBeInstanceOf(StoreAway);
  });
  await limited.close();
  expect(await store.insert(batch)).toEqual({ kind: "inserted", seqs: [1] });
});

test("lines that PostgreSQL cannot hold, and nonces that it takes for one, are refused alone; their neighbours are stored", async () => {
  const channelId = await claimed();
  const log = createLog({ name: "test", level: "silent" });
  const base = { channelId, epoch: 1, clock: systemClock, random: systemRandom, log, store };
  const committer = new Committer({ ...base, room: anyRoom, publish: () => {}, onFenced: () => {} });
  // Past the rules of the room, as if a rule were missing.
  const lines = [
    { nonce: "1", body: "fine" },
    { nonce: "\ud800", body: "half" },
    { nonce: "\ud801", body: "another half" },
    { nonce: "\ufffd", body: "the character itself" },
    { nonce: "2", body: "a\u0000" },
    { nonce: "3", body: "fine too" },
  ];
  const outcomes = await Promise.all(
    lines.map(({ nonce, body }) => {
      const { promise, resolve } = Promise.withResolvers<SayAnswer | Refusal>();
      const tokens = { emotes: [], logins: [] };
      const line = { user, nonce, body, action: false, replyTo: null, atMs: Date.now(), speaking: null, tokens };
      committer.add({ kind: "line", id: uuid(), line, queuedMonoMs: systemClock.monoMs(), settle: resolve });
      return promise;
    }),
  );
  expect(outcomes.map((outcome) => ("code" in outcome ? outcome.code : "said"))).toEqual([
    ...["said", "invalid_body", "invalid_body", "said", "invalid_body", "said"],
  ]);
  const entries = await store.entries({ channelId, after: 0, upTo: 100, limit: 100 });
  expect(linesIn(entries).map(({ seq, body }) => [seq, body])).toEqual([
    [1, "fine"],
    [2, "the character itself"],
    [3, "fine too"],
  ]);
  await committer.stop("ask");
});

test("a room on PostgreSQL: 500 lines of 10 users while connections are cut, each stored once at its number", async () => {
  const channelId = await claimed();
  const broken = connectDatabase({ url: test_.url, applicationName: "cut me", connectionsMax: 2 });
  const log = createLog({ name: "test", level: "silent" });
  const room = openRoom({
    channelId,
    epoch: 1,
    clock: systemClock,
    random: systemRandom,
    log,
    store: createPostgresChatStore(broken, systemClock),
    nowMs: () => Date.now(),
    publish: () => {},
    onFenced: () => {},
  });
  // On a slow machine all that a room reads when it opens takes longer than a connection lives here.
  await room.handle(
    { type: "room.history", after: null, limit: 1 },
    { id: "o", deadlineMonoMs: systemClock.monoMs() + 20_000 },
  );
  let cutting = true;
  const cutter = (async () => {
    let cuts = 0;
    while (cutting) {
      await Bun.sleep(60);
      // Spare new connections: the driver first queries the types, and a failure of that query is not caught.
      const cut = await test_.database.sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'cut me' AND query <> '' AND query NOT LIKE '%pg_catalog.pg_type%'`;
      cuts += cut.length;
    }
    return cuts;
  })();
  const senders = Array.from({ length: 10 }, async (_, i) => {
    const sender = { ...user, id: uuid() };
    const said: SayAnswer[] = [];
    for (let n = 0; n < 50; n++) {
      const context = { id: "x", deadlineMonoMs: systemClock.monoMs() + 20_000 };
      const request = { type: "room.say" as const, user: sender, nonce: `${i}-${n}`, body: `${i} says ${n}` };
      said.push((await room.handle(request, context)) as SayAnswer);
    }
    return said;
  });
  const said = (await Promise.all(senders)).flat();
  cutting = false;
  expect(await cutter).toBeGreaterThan(0);
  const answer = (await room.handle(
    { type: "room.history", after: 0, limit: 1_000 },
    { id: "h", deadlineMonoMs: systemClock.monoMs() + 5_000 },
  )) as HistoryAnswer;
  const stored = await store.entries({ channelId, after: 0, upTo: 1_000, limit: 1_000 });
  expect(answer.entries).toEqual(stored);
  expect(stored.map((entry) => entry.seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  for (const { id, seq } of said) expect(linesIn(stored)[seq - 1]!.id).toBe(id);
  await room.stop("ask");
  await broken.close();
});

const EVENT = { reason: "spam", settings: null, lineId: null };

/** A channel with its owner, a moderator and a talker, claimed with epoch 1. */
async function moderated() {
  const { sql } = test_.database;
  const person = async (login: string) => {
    const id = uuid();
    const name = `${login}_${id.slice(-12)}`;
    await sql`INSERT INTO users (id, login, display_name, email) VALUES (${id}, ${name}, ${login}, ${`${name}@example.org`})`;
    return { id, login: name, displayName: login };
  };
  const [owner, by, talker] = [await person("owner"), await person("mod"), await person("talker")];
  const channelId = await claimed();
  await sql`INSERT INTO channels (id, user_id) VALUES (${channelId}, ${owner.id})`;
  await sql`INSERT INTO channel_roles (channel_id, user_id, role) VALUES (${channelId}, ${talker.id}, 'vip'), (${channelId}, ${talker.id}, 'subscriber')`;
  const author = { ...talker, color: "#112233", badges: [] };
  await store.insert({ channelId, epoch: 1, lines: [line(1, { user: author }), line(2), line(3, { user: author })] });
  const ban = (seq: number, untilMs: number | null, more: Partial<StoredAct> = {}): StoredAct => ({
    ...{ channelId, epoch: 1, seq, id: uuid(), at: new Date().toISOString(), by },
    entry: { kind: "cleared", event: { userId: talker.id, banned: true } },
    log: { ...EVENT, act: "ban", targetUserId: talker.id, durationMs: null },
    change: { kind: "ban", userId: talker.id, untilMs, unrole: untilMs === null },
    ...more,
  });
  const shown = async () => {
    const entries = await store.entries({ channelId, after: 0, upTo: 100, limit: 100 });
    return entries.map((entry) => (entry.kind === "line" ? entry.body : entry.kind));
  };
  const logged = async () =>
    (await sql<{ act: string }[]>`SELECT act FROM moderation_log WHERE channel_id = ${channelId} ORDER BY at, id`).map(
      ({ act }) => act,
    );
  const roles = async () =>
    (await sql<{ role: string }[]>`SELECT role FROM channel_roles WHERE channel_id = ${channelId}`).map(
      ({ role }) => role,
    );
  return { channelId, by, talker, ban, shown, logged, roles };
}

test("a ban is one statement: entry, ban, log, roles, and the person's lines; again it changes nothing", async () => {
  const { channelId, by, talker, ban, shown, logged, roles } = await moderated();
  const act = ban(4, null);
  expect(await store.act(act)).toEqual({ kind: "inserted", seqs: [4] });
  expect(await store.act(act)).toEqual({ kind: "inserted", seqs: [] });
  expect(await store.readBack({ channelId, epoch: 1, ids: [act.id] })).toEqual({
    owned: true,
    seqById: new Map([[act.id, 4]]),
  });
  expect(await shown()).toEqual(["", "line 2", "", "cleared"]);
  expect(await logged()).toEqual(["ban"]);
  expect(await roles()).toEqual(["subscriber"]);
  expect((await store.rules(channelId)).bans).toEqual([{ userId: talker.id, untilMs: null }]);
  const [entry] = (await store.entries({ channelId, after: 3, upTo: 4, limit: 1 })) as unknown[];
  expect(entry).toEqual({ seq: 4, at: act.at, kind: "cleared", userId: talker.id, banned: true, by });
  // Under another number it is the same act, too.
  expect(await store.act({ ...act, seq: 5 })).toEqual({ kind: "inserted", seqs: [] });
  const lifted: StoredAct = { ...ban(5, null), change: { kind: "unban", userId: talker.id, requestId: null } };
  expect(await store.act(lifted)).toEqual({ kind: "inserted", seqs: [5] });
  expect((await store.rules(channelId)).bans).toEqual([]);
});

test("an act of an old epoch leaves nothing", async () => {
  const { channelId, ban, shown, logged, roles } = await moderated();
  await claim(channelId);
  const act = ban(4, null);
  expect(await store.act(act)).toEqual({ kind: "inserted", seqs: [] });
  expect(await store.readBack({ channelId, epoch: 1, ids: [act.id] })).toEqual({ owned: false, seqById: new Map() });
  expect([await shown(), await logged(), (await roles()).sort()]).toEqual([
    ["line 1", "line 2", "line 3"],
    [],
    ["subscriber", "vip"],
  ]);
  expect(await store.rules(channelId)).toEqual({ stored: null, bans: [], warned: [], judging: NO_JUDGING });
});

test("a timeout ends by itself, leaves roles, and its row goes with the next ban of the channel", async () => {
  const { channelId, by, talker, ban, roles } = await moderated();
  await store.act(ban(4, Date.now() - 1_000));
  expect((await store.rules(channelId)).bans).toEqual([]);
  expect((await roles()).sort()).toEqual(["subscriber", "vip"]);
  await store.act(
    ban(5, Date.now() + 60_000, {
      change: { kind: "ban", userId: by.id, untilMs: Date.now() + 60_000, unrole: false },
    }),
  );
  const rows = await test_.database.sql`SELECT user_id FROM bans WHERE channel_id = ${channelId}`;
  expect(rows.map((row) => row.user_id)).toEqual([by.id]);
  expect((await store.rules(channelId)).bans.map(({ userId }) => userId)).not.toContain(talker.id);
});

test("deleting a line, clearing the room and settings are acts of the same kind", async () => {
  const { channelId, ban, shown } = await moderated();
  const [, second] = await store.entries({ channelId, after: 0, upTo: 3, limit: 3 });
  const lineId = (second as { id: string }).id;
  const deleted = ban(4, null, {
    entry: { kind: "deleted", event: { id: lineId } },
    change: { kind: "delete", lineId },
  });
  expect(await store.act(deleted)).toEqual({ kind: "inserted", seqs: [4] });
  expect(await shown()).toEqual(["line 1", "", "line 3", "deleted"]);
  await store.act(ban(5, null, { entry: { kind: "cleared", event: {} }, change: { kind: "clear", userId: null } }));
  await store.insert({ channelId, epoch: 1, lines: [line(6)] });
  expect(await shown()).toEqual(["", "", "", "deleted", "cleared", "line 6"]);
  const settings = { ...ban(7, null).log, settings: { slowMs: 5_000 } };
  const change = { kind: "settings", settings: { slowMs: 5_000 }, unshielded: null } as const;
  await store.act(ban(7, null, { entry: { kind: "notice", event: { code: "settings" } }, log: settings, change }));
  expect((await store.rules(channelId)).stored).toEqual({ settings: { slowMs: 5_000 }, unshielded: null });
});

test("a warning and its end have no entry, are in the log once, and are fenced", async () => {
  const { channelId, talker, ban, logged } = await moderated();
  const { by } = ban(4, null);
  const log = { act: "warn", targetUserId: talker.id, lineId: null, durationMs: null, reason: "", settings: null };
  const aside = (epoch: number, more: Pick<StoredAside, "change"> & Partial<StoredAside>): StoredAside => ({
    ...{ channelId, epoch, id: uuid(), at: new Date().toISOString(), by, log, ...more },
  });
  const warn = aside(1, {
    log: { ...log, reason: "mind your words" },
    change: { kind: "warn", userId: talker.id },
  });
  const head = await store.headSeq(channelId);
  expect(await store.aside({ ...warn, epoch: 0 })).toBe(false);
  expect((await store.rules(channelId)).warned).toEqual([]);
  for (let repeat = 0; repeat < 2; repeat++) expect(await store.aside(warn)).toBe(true);
  expect((await store.rules(channelId)).warned).toEqual([talker.id]);
  const { sql } = test_.database;
  expect(await sql`SELECT id, reason FROM warnings WHERE channel_id = ${channelId}`).toEqual([
    { id: warn.id, reason: "mind your words" },
  ] as never);
  const read = { ...log, act: "acknowledge" };
  await store.aside(aside(1, { by: talker, log: read, change: { kind: "acknowledge", userId: talker.id } }));
  expect((await store.rules(channelId)).warned).toEqual([]);
  expect((await logged()).sort()).toEqual(["acknowledge", "warn"]);
  expect(await store.headSeq(channelId)).toBe(head);
});

test("the mode that ends next is kept beside the settings, so that a sleeping room can be found", async () => {
  const { channelId, ban } = await moderated();
  const { sql } = test_.database;
  const endsAt = async () => (await sql`SELECT ends_at FROM room_settings WHERE channel_id = ${channelId}`)[0]!.ends_at;
  const change = (seq: number, settings: StoredSettings["settings"]) =>
    store.act(
      ban(seq, null, {
        entry: { kind: "notice", event: { code: "settings" } },
        change: { kind: "settings", settings, unshielded: null },
      }),
    );
  const untilMs = Date.parse("2031-05-06T07:08:09.000Z");
  await change(4, { slowMs: 5_000, emoteOnly: true, untilMs: { slowMs: untilMs + 60_000, emoteOnly: untilMs } });
  expect(await endsAt()).toEqual(new Date(untilMs));
  await change(5, { slowMs: 5_000 });
  expect(await endsAt()).toBeNull();
});

test("the end of a ban accepts the request that asked for it; every other end closes it", async () => {
  const { channelId, talker, ban } = await moderated();
  const { sql } = test_.database;
  const states = async () =>
    (await sql`SELECT state FROM unban_requests WHERE channel_id = ${channelId} ORDER BY id`).map(({ state }) => state);
  const asked = async (state: string) => {
    const id = Bun.randomUUIDv7();
    await sql`
      INSERT INTO unban_requests (id, channel_id, user_id, banned_at, body, state)
      VALUES (${id}, ${channelId}, ${talker.id}, now(), 'please', ${state})`;
    return id;
  };
  const unban = (seq: number, requestId: string | null) =>
    store.act(ban(seq, null, { change: { kind: "unban", userId: talker.id, requestId } }));
  await store.act(ban(4, null));
  await unban(5, await asked("accepting"));
  await store.act(ban(6, null));
  await asked("open");
  await unban(7, null);
  await store.act(ban(8, null));
  await asked("open");
  await store.act(ban(9, Date.now() + 60_000));
  await store.act(ban(10, null));
  await asked("open");
  await store.act(ban(11, null));
  expect(await states()).toEqual(["accepted", "closed", "closed", "open"]);
});

test("an act about an account that was deleted meanwhile is refused, and changes nothing", async () => {
  const { talker, ban, shown } = await moderated();
  await test_.database.sql`DELETE FROM users WHERE id = ${talker.id}`;
  await expect(store.act(ban(4, null))).rejects.toBeInstanceOf(StorePoisoned);
  expect(await shown()).toEqual(["line 1", "line 2", "line 3"]);
});
