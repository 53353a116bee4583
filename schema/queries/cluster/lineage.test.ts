// The step after a restore, on a real PostgreSQL.

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Sql } from "../../database.ts";
import { connectDatabase } from "../../database.ts";
import { grantNodeRole } from "../../node-role.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { claimActor } from "./actors.ts";
import { doubtLineage, followTimeline, RAISE, raiseEpochs, readLineage } from "./lineage.ts";
import { beatNode, insertNode } from "./nodes.ts";

const DAY_MS = 24 * 3_600_000;

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await sql`DELETE FROM actors`;
  await raiseEpochs(sql, { sweepAfterMs: DAY_MS });
  await sql`DELETE FROM actors`;
});

const addActor = (kind: string, epoch: number, state: unknown) =>
  sql`INSERT INTO actors (kind, key, epoch, version, node, state)
    VALUES (${kind}, ${crypto.randomUUID()}, ${epoch}, 7, ${crypto.randomUUID()}, ${sql.json(state as never)})`;

test("a database knows itself, a copy of it does not", async () => {
  const { kept, here, beats } = (await readLineage(sql, null))!;
  expect(kept).toEqual(here);
  expect([here.timeline >= 1, beats]).toEqual([true, null]);
  await sql`UPDATE database_lineage SET identity = 'another/1'`;
  const copied = (await readLineage(sql, null))!;
  expect([copied.kept!.identity, copied.here]).toEqual(["another/1", here]);
  await sql`DELETE FROM database_lineage`;
  expect((await readLineage(sql, null))!.kept).toBeNull();
});

test("a raise adds 1 000 to each epoch and to the numbers of broadcasts, and changes nothing else", async () => {
  const media = (headNumber: number) => ({ headNumber, discontinuitySequence: 2, window: [{ number: headNumber }] });
  const states = {
    live: { phase: "live", attempt: 3, broadcast: { id: "b", startNumber: 4, media: media(17) } },
    fresh: { phase: "starting", broadcast: { id: "c", startNumber: 0, media: null } },
    over: { phase: "offline", over: { untilMs: 5, broadcast: { startNumber: 1, media: media(99) } } },
    offline: { phase: "offline", over: null, dropping: [] },
  };
  for (const state of Object.values(states)) await addActor("channel", 12, state);
  await addActor("video", 3, { phase: "working", startNumber: 5, broadcast: { startNumber: 5 } });
  await addActor("channel", 1, null);
  const raised = await raiseEpochs(sql, { sweepAfterMs: DAY_MS });
  expect(raised).toEqual({ actors: 6, numbers: 5 });
  const rows = await sql<{ kind: string; epoch: number; version: number; node: string | null; state: unknown }[]>`
    SELECT kind, epoch, version, node, state FROM actors WHERE kind <> 'orphan-sweep' ORDER BY state->>'phase', state->'over'`;
  for (const { version, node } of rows) expect([version, node]).toEqual([7, null]);
  expect(rows.map(({ epoch }) => epoch).sort()).toEqual([1_001, 1_003, 1_012, 1_012, 1_012, 1_012]);
  const found = rows.map(({ state }) => state);
  const up = (headNumber: number) => ({ ...media(headNumber), headNumber: headNumber + RAISE });
  expect(found).toContainEqual({
    ...states.live,
    broadcast: { id: "b", startNumber: 1_004, media: { ...up(17), window: [{ number: 17 }] } },
  });
  expect(found).toContainEqual({ ...states.fresh, broadcast: { id: "c", startNumber: 1_000, media: null } });
  expect(found).toContainEqual({
    ...states.over,
    over: { untilMs: 5, broadcast: { startNumber: 1_001, media: { ...up(99), window: [{ number: 99 }] } } },
  });
  expect(found).toContainEqual(states.offline);
  expect(found).toContainEqual({ phase: "working", startNumber: 5, broadcast: { startNumber: 5 } });
});

test("after a raise the next claim has an epoch that nobody had, and nodes of before have left", async () => {
  const incarnation = crypto.randomUUID();
  await insertNode(sql, { incarnation, name: "n", address: "http://127.0.0.1:1", slots: 1 });
  const id = { kind: "channel", key: crypto.randomUUID() };
  await claimActor(sql, { ...id, node: incarnation, believedEpoch: 0, dead: null });
  await raiseEpochs(sql, { sweepAfterMs: DAY_MS });
  expect(await beatNode(sql, { incarnation, used: 0, silentMs: 10_000 })).toBeUndefined();
  const claim = (believedEpoch: number) =>
    claimActor(sql, { ...id, node: crypto.randomUUID(), believedEpoch, dead: null });
  expect(await claim(1)).toBeUndefined();
  expect((await claim(1 + RAISE))!.epoch).toBe(2 + RAISE);
});

test("the orphan sweep waits, whether it rested, walked, or was not there", async () => {
  const sweep = async () => {
    const [row] = await sql<{ phase: string; dueMs: number; wakeMs: number }[]>`
      SELECT state->>'phase' AS phase, (state->>'dueMs')::float8 AS "dueMs", (extract(epoch FROM wake_at) * 1000)::float8 AS "wakeMs"
      FROM actors WHERE kind = 'orphan-sweep'`;
    return row!;
  };
  for (const before of [null, { phase: "walking", place: { in: "videos", after: null } }]) {
    if (before) await sql`UPDATE actors SET state = ${sql.json(before)}, wake_at = now()`;
    await raiseEpochs(sql, { sweepAfterMs: 7 * DAY_MS });
    const { phase, dueMs, wakeMs } = await sweep();
    expect(phase).toBe("resting");
    expect(Math.abs(dueMs - wakeMs)).toBeLessThan(2);
    expect(dueMs - Date.now()).toBeGreaterThan(6.9 * DAY_MS);
  }
});

test("a witness follows a fail-over once, and a doubt stands until the next raise", async () => {
  const { here } = (await readLineage(sql, null))!;
  const kept = async () => (await readLineage(sql, null))!.kept!.timeline;
  await followTimeline(sql, { identity: here.identity, from: here.timeline, to: here.timeline + 1 });
  expect(await kept()).toBe(here.timeline + 1);
  await followTimeline(sql, { identity: here.identity, from: here.timeline, to: 99 });
  await followTimeline(sql, { identity: "another/1", from: here.timeline + 1, to: 99 });
  expect(await kept()).toBe(here.timeline + 1);
  await doubtLineage(sql);
  expect(await kept()).toBe(0);
  await raiseEpochs(sql, { sweepAfterMs: DAY_MS });
  expect(await kept()).toBe(here.timeline);
});

test("a node reads which database it is, and may change the timeline alone", async () => {
  const password = "of-the-node";
  const name = `n_${crypto.randomUUID().replaceAll("-", "")}`;
  await grantNodeRole(fresh.database, { name, password });
  const url = Object.assign(new URL(fresh.url), { username: name, password }).href;
  const node = connectDatabase({ url, applicationName: "node", connectionsMax: 1 });
  try {
    const { kept, here } = (await readLineage(node.sql, null))!;
    expect(kept).toEqual(here);
    await doubtLineage(node.sql);
    await expect((async () => node.sql`UPDATE database_lineage SET identity = 'x'`)()).rejects.toThrow(
      "permission denied",
    );
    await expect((async () => node.sql`DELETE FROM database_lineage`)()).rejects.toThrow("permission denied");
  } finally {
    await node.close();
    await sql.unsafe(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  }
});

test("heartbeats count up, also over a repeated join", async () => {
  const incarnation = crypto.randomUUID();
  const join = () => insertNode(sql, { incarnation, name: "n", address: "http://127.0.0.1:1", slots: 1 });
  const beat = async () => (await beatNode(sql, { incarnation, used: 0, silentMs: 10_000 }))?.beats;
  await join();
  expect([await beat(), await beat()]).toEqual([1, 2]);
  await join();
  expect(await beat()).toBe(3);
  expect((await readLineage(sql, incarnation))!.beats).toBe(3);
});
