// Ownership races on a real PostgreSQL: a former owner can neither do harm nor keep its actor.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { connectDatabase, type Database } from "#schema/database.ts";
import { writeBroadcast } from "#schema/queries/channels/broadcast-writes.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { systemClock } from "../base/clock.ts";
import type { ActorId, Store } from "../store/store.ts";
import { applicationNameOf, createPostgresStore } from "../store/store-postgres.ts";

let fresh: TestDatabase;
const opened: Database[] = [];
const connect = (applicationName: string, lockTimeoutMs = 0) => {
  const database = connectDatabase({ url: fresh.url, applicationName, connectionsMax: 4, lockTimeoutMs });
  opened.push(database);
  return database;
};
const nodeStore = (incarnation: string): Store => {
  const applicationName = applicationNameOf(incarnation);
  const database = connect(applicationName);
  return createPostgresStore({ database, claims: connect(applicationName, 1_000), clock: systemClock });
};
const uuid = () => crypto.randomUUID();
const actor = () => ({ kind: "channel", key: uuid() });

beforeAll(async () => {
  fresh = await testDatabase();
});
afterAll(async () => {
  for (const database of opened) await database.close();
  await fresh.drop();
});

test("of many concurrent claims exactly one wins each epoch", async () => {
  const store = nodeStore(uuid());
  const id = actor();
  for (let believedEpoch = 0; believedEpoch < 5; believedEpoch++) {
    const claims = Array.from({ length: 20 }, () =>
      store.actors.claim(id, { node: uuid(), believedEpoch, dead: null }),
    );
    const won = (await Promise.all(claims)).filter((claimed) => claimed !== null);
    expect(won.map(({ epoch }) => epoch)).toEqual([believedEpoch + 1]);
  }
});

test("a claim returns the last saved state and its version", async () => {
  const store = nodeStore(uuid());
  const id = actor();
  await store.actors.claim(id, { node: uuid(), believedEpoch: 0, dead: null });
  const answered = [{ id: "call", answer: { n: 1 } }];
  const save = { ...id, epoch: 1, version: 7, state: { text: "ä", list: [1] }, answered, wakeAtMs: 0 };
  expect(await store.actors.save(save)).toBe("saved");
  const claimed = await store.actors.claim(id, { node: uuid(), believedEpoch: 1, dead: null });
  expect(claimed).toMatchObject({ epoch: 2, version: 7, state: save.state, answered });
  expect(claimed?.sinceSavedMs).toBeGreaterThanOrEqual(0);
});

test("a late save of an older version counts as saved and changes nothing", async () => {
  const store = nodeStore(uuid());
  const id = actor();
  await store.actors.claim(id, { node: uuid(), believedEpoch: 0, dead: null });
  const save = (version: number) =>
    store.actors.save({ ...id, epoch: 1, version, state: { version }, answered: [], wakeAtMs: null });
  expect(await save(2)).toBe("saved");
  expect(await save(1)).toBe("saved");
  expect((await store.actors.look(id))?.version).toBe(2);
  expect((await store.actors.claim(id, { node: uuid(), believedEpoch: 1, dead: null }))?.state).toEqual({
    version: 2,
  });
});

test("after a claim no write of the older epoch lands", async () => {
  const store = nodeStore(uuid());
  const id = actor();
  await store.actors.claim(id, { node: uuid(), believedEpoch: 0, dead: null });
  await store.actors.claim(id, { node: uuid(), believedEpoch: 1, dead: null });
  const late = { ...id, epoch: 1, version: 99, state: { late: true }, answered: [], wakeAtMs: null };
  expect(await store.actors.save(late)).toBe("fenced");
  expect(await store.actors.release(id, { epoch: 1, version: 0 })).toBe(false);
  expect((await store.actors.look(id))?.version).toBe(0);
});

test("a value that the store refuses for good is not mistaken for an outage", async () => {
  const store = nodeStore(uuid());
  const id = actor();
  await store.actors.claim(id, { node: uuid(), believedEpoch: 0, dead: null });
  const poisoned = store.actors.save({ ...id, epoch: 1, version: 1, state: "\u0000", answered: [], wakeAtMs: null });
  await expect(poisoned).rejects.toMatchObject({ name: "StorePoisoned" });
});

test("a claim from a node that was found dead fails once that node has sent a heartbeat", async () => {
  const [owner, successor] = [uuid(), uuid()];
  const store = nodeStore(successor);
  const seenAt = async () => (await store.nodes.look(owner))?.seenAt ?? null;
  const claim = async (id: ActorId, believedEpoch: number, found: string | null) =>
    (await store.actors.claim(id, { node: successor, believedEpoch, dead: { incarnation: owner, seenAt: found } }))
      ?.epoch;
  const [dead, back, gone] = [actor(), actor(), actor()];
  await store.nodes.join({ incarnation: owner, name: "n", address: "http://127.0.0.1:1", slots: 1 });
  for (const id of [dead, back, gone]) await store.actors.claim(id, { node: owner, believedEpoch: 0, dead: null });
  const found = await seenAt();
  expect(await claim(dead, 1, found)).toBe(2);
  await store.nodes.beat(owner, { used: 0, silentMs: 10_000 });
  expect(await claim(back, 1, found)).toBeUndefined();
  expect(await claim(back, 1, await seenAt())).toBe(2);
  await store.nodes.beat(owner, { used: 0, silentMs: 10_000 });
  await store.nodes.leave(owner);
  expect(await claim(gone, 1, found)).toBe(2);
});

test("a heartbeat on its way waits for a claim that found its node dead, and a claim for a heartbeat", async () => {
  const [owner, successor] = [uuid(), uuid()];
  const store = nodeStore(successor);
  const id = actor();
  await store.nodes.join({ incarnation: owner, name: "n", address: "http://127.0.0.1:1", slots: 1 });
  await store.actors.claim(id, { node: owner, believedEpoch: 0, dead: null });
  const dead = { incarnation: owner, seenAt: (await store.nodes.look(owner))!.seenAt };
  const heartbeat = await connect("heartbeat").sql.reserve();
  await heartbeat`BEGIN`;
  await heartbeat`UPDATE nodes SET seen_at = clock_timestamp() WHERE incarnation = ${owner}`;
  const claimed = store.actors.claim(id, { node: successor, believedEpoch: 1, dead });
  await Bun.sleep(100);
  await heartbeat`COMMIT`;
  heartbeat.release();
  expect(await claimed).toBeNull();
  expect((await store.actors.look(id))?.node).toBe(owner);
});

test("a claim ends the connection of a dead owner that holds the row, and the owner's statement never lands", async () => {
  const [paused, successor] = [uuid(), uuid()];
  const id = actor();
  await nodeStore(paused).actors.claim(id, { node: paused, believedEpoch: 0, dead: null });
  // A transaction of the paused owner locks the row.
  const connection = await connect(applicationNameOf(paused)).sql.reserve();
  await connection`BEGIN`;
  await connection`UPDATE actors SET state = '{"late":true}', version = 50 WHERE kind = ${id.kind} AND key = ${id.key}`;

  const before = performance.now();
  const claimed = await nodeStore(successor).actors.claim(id, {
    node: successor,
    believedEpoch: 1,
    dead: { incarnation: paused, seenAt: null },
  });
  expect(claimed).toMatchObject({ epoch: 2, version: 0, state: null });
  expect(performance.now() - before).toBeGreaterThan(900); // The claim waited for the lock first.
  const { sql } = connect("look");
  const backends =
    await sql`SELECT 1 FROM pg_stat_activity WHERE application_name = ${applicationNameOf(paused)} AND state LIKE 'idle in%'`;
  expect(backends).toHaveLength(0);
  expect((await nodeStore(successor).actors.look(id))?.version).toBe(0);
});

test("a fenced insert that races a claim lands completely before it or not at all", async () => {
  const { sql } = connect("race");
  const store = nodeStore(uuid());
  let [landed, refused] = [0, 0];
  for (let round = 0; round < 60; round++) {
    const channelId = await newChannel(sql);
    const id = { kind: "channel", key: channelId };
    await store.actors.claim(id, { node: uuid(), believedEpoch: 0, dead: null });
    const broadcast = { channelId, epoch: 1, phase: "live", liveAtMs: 0, endedAtMs: null } as const;
    // A later statement of the new owner sees every row that epoch 1 will ever have.
    const inserts = Array.from({ length: 4 }, () => writeBroadcast(sql, { id: uuid(), ...broadcast }));
    await store.actors.claim(id, { node: uuid(), believedEpoch: 1, dead: null });
    const seen = await sql`SELECT count(*)::int AS n FROM broadcasts WHERE channel_id = ${channelId}`;
    const outcomes = await Promise.all(inserts);
    const after = await sql`SELECT count(*)::int AS n FROM broadcasts WHERE channel_id = ${channelId}`;
    expect(after[0]?.n).toBe(seen[0]?.n);
    expect(outcomes.filter(Boolean).length).toBe(after[0]?.n);
    landed += outcomes.filter(Boolean).length;
    refused += outcomes.filter((ok) => !ok).length;
    expect(await writeBroadcast(sql, { id: uuid(), ...broadcast })).toBe(false);
  }
  expect(landed + refused).toBe(240);
});

test("an ended broadcast stays ended when an earlier write of the same owner lands late", async () => {
  const { sql } = connect("late");
  const store = nodeStore(uuid());
  const channelId = await newChannel(sql);
  await store.actors.claim({ kind: "channel", key: channelId }, { node: uuid(), believedEpoch: 0, dead: null });
  const broadcast = { id: uuid(), channelId, epoch: 1, liveAtMs: 0, endedAtMs: null } as const;
  const ended = { ...broadcast, phase: "ended", endedAtMs: 5_000 } as const;
  expect(await writeBroadcast(sql, { ...broadcast, phase: "live" })).toBe(true);
  expect(await writeBroadcast(sql, ended)).toBe(true);
  expect(await writeBroadcast(sql, { ...broadcast, phase: "lost" })).toBe(false);
  // A write of the end whose outcome was unknown is repeated.
  expect(await writeBroadcast(sql, ended)).toBe(true);
  const rows = await sql`SELECT phase, ended_at IS NULL AS "onAir" FROM broadcasts WHERE id = ${broadcast.id}`;
  expect([...rows]).toEqual([{ phase: "ended", onAir: false }]);
});

test("`due` lists actors that must be awake and have no living owner", async () => {
  const [me, living, dead, gone] = [uuid(), uuid(), uuid(), uuid()];
  const store = nodeStore(me);
  for (const incarnation of [me, living, dead])
    await store.nodes.join({ incarnation, name: "n", address: "http://127.0.0.1:1", slots: 1 });
  await store.nodes.leave(dead);
  const keys: Record<string, string> = {};
  for (const [name, node, wakeAtMs] of [
    ["of the living", living, 0],
    ["of the dead", dead, 0],
    ["of the unknown", gone, 0],
    ["my own", me, -1_000],
    ["asleep", gone, null],
    ["later", gone, Date.now() + 3_600_000],
  ] as const) {
    const id = actor();
    keys[id.key] = name;
    await store.actors.claim(id, { node, believedEpoch: 0, dead: null });
    await store.actors.save({ ...id, epoch: 1, version: 1, state: {}, answered: [], wakeAtMs });
  }
  const due = async (deadNodes: string[]) =>
    (await store.actors.due({ node: me, deadNodes, silentMs: 10_000, limit: 1_000 }))
      .flatMap(({ key }) => keys[key] ?? [])
      .sort();
  // Actors that a node runs itself are always due: they must not push orphans off the list.
  const listed = await store.actors.due({ node: me, deadNodes: [], silentMs: 10_000, limit: 1_000 });
  expect(keys[listed.at(-1)?.key ?? ""]).toBe("my own");
  expect(await due([])).toEqual(["my own", "of the dead", "of the unknown"]);
  expect(await due([living])).toEqual(["my own", "of the dead", "of the living", "of the unknown"]);
});

test("a heartbeat answers with the nodes that live, and with null once the node has left", async () => {
  const [me, other, gone] = [uuid(), uuid(), uuid()];
  const store = nodeStore(me);
  for (const incarnation of [me, other, gone])
    await store.nodes.join({ incarnation, name: "n", address: "http://127.0.0.1:1", slots: 2 });
  await store.nodes.leave(gone);
  await store.nodes.drain(me);
  const before = await store.nodes.look(me);
  const beat = await store.nodes.beat(me, { used: 1, silentMs: 10_000 });
  expect(beat?.draining).toBe(true);
  const ours = (rows: { incarnation: string }[]) =>
    rows
      .filter(({ incarnation }) => incarnation === other || incarnation === gone)
      .map((row) => ({ ...row, silentMs: 0 }));
  expect(ours(beat!.living)).toEqual(ours(await store.nodes.living(10_000)));
  expect(ours(beat!.living)).toMatchObject([{ incarnation: other, slots: 2, used: 0, left: false }]);
  expect(typeof beat!.living[0]!.silentMs).toBe("number");
  const after = await store.nodes.look(me);
  expect(after).toMatchObject({ used: 1 });
  expect(after!.seenAt).not.toBe(before!.seenAt);
  await store.nodes.leave(me);
  expect(await store.nodes.beat(me, { used: 1, silentMs: 10_000 })).toBeNull();
});

async function newChannel(sql: Database["sql"]): Promise<string> {
  const [user, channel] = [uuid(), uuid()];
  const login = `u${user.slice(0, 8)}`;
  await sql`INSERT INTO users (id, login, display_name, email, password_hash) VALUES (${user}, ${login}, ${login}, ${`${user}@x`}, '')`;
  await sql`INSERT INTO channels (id, user_id) VALUES (${channel}, ${user})`;
  return channel;
}
