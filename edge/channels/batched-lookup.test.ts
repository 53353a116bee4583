import { afterAll, beforeAll, expect, test } from "bun:test";
import { channelsOfNames } from "#schema/queries/channels/channel-names.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { type TestEdge, testEdge } from "../testing.ts";
import { batch } from "./batched-lookup.ts";

let database: TestDatabase;
let edge: TestEdge;
beforeAll(async () => {
  database = await testDatabase();
  edge = await testEdge({ database });
});
afterAll(() => edge.close());

test("requests that arrive while two queries run go into the third", async () => {
  const asked: string[][] = [];
  const answers: (() => void)[] = [];
  const find = batch(async (names) => {
    asked.push([...names]);
    await new Promise<void>((resolve) => answers.push(resolve));
    return names.filter((name) => name !== "nobody").map((name) => ({ name, of: asked.length }));
  });
  const first = [find("a"), find("b"), find("a")];
  await Bun.sleep(0);
  const second = find("c");
  await Bun.sleep(0);
  const third = [find("d"), find("nobody"), find("d")];
  await Bun.sleep(0);
  expect(asked).toEqual([["a", "b"], ["c"]]);
  answers[0]!();
  expect((await Promise.all(first)).map((found) => found?.name)).toEqual(["a", "b", "a"]);
  await Bun.sleep(0);
  expect(asked[2]).toEqual(["d", "nobody"]);
  answers[1]!();
  answers[2]!();
  expect((await second)?.name).toBe("c");
  expect((await Promise.all(third)).map((found) => found?.name ?? null)).toEqual(["d", null, "d"]);
});

test("a query that fails rejects its own requests and no later ones", async () => {
  let isAway = true;
  const find = batch(async (names) => {
    if (isAway) throw new Error("away");
    return names.map((name) => ({ name }));
  });
  const outcomes = await Promise.allSettled([find("a"), find("b")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isAway = false;
  expect(await find("a")).toEqual({ name: "a" });
});

test("many names make a few queries of limited length", async () => {
  const lengths: number[] = [];
  const find = batch(async (names) => {
    lengths.push(names.length);
    await Bun.sleep(1);
    return [];
  });
  await Promise.all(Array.from({ length: 1_000 }, (_, n) => find(`name${n}`)));
  expect(Math.max(...lengths)).toBe(200);
  expect(lengths.length).toBeLessThan(10);
});

test("channels are found by login, by a past login that is still held, and by id; suspended and unknown ones are not", async () => {
  const [ada, ben, eve] = [await edge.register(), await edge.register(), await edge.register()];
  const { sql } = edge.world.database;
  const rows = await sql<{ id: string; userId: string }[]>`SELECT id, user_id AS "userId" FROM channels`;
  const idOf = (userId: string) => rows.find((row) => row.userId === userId)!.id;
  await sql`UPDATE users SET suspended_at = now() WHERE id = ${eve.userId}`;
  await sql`INSERT INTO past_logins (login, user_id, held_until) VALUES ('was_ben', ${ben.userId}, now() + interval '1 day'), ('long_ago', ${ben.userId}, now() - interval '1 day')`;
  const names = [
    ada.login,
    idOf(ada.userId),
    "was_ben",
    "long_ago",
    eve.login,
    idOf(eve.userId),
    "nobody",
    "no name",
    "x'",
  ];
  const found = await channelsOfNames(sql, names);
  expect(new Map(found.map(({ name, ownerUserId }) => [name, ownerUserId]))).toEqual(
    new Map([
      [ada.login, ada.userId],
      [idOf(ada.userId), ada.userId],
      ["was_ben", ben.userId],
    ]),
  );
  expect(found.find(({ name }) => name === ada.login)?.id).toBe(idOf(ada.userId));
  expect(await channelsOfNames(sql, ["no name"])).toEqual([]);
});

test("a channel is found with what its link says: its name, its title, and whether it is live", async () => {
  const { login, userId } = await edge.register();
  const { sql } = edge.world.database;
  const [{ id } = { id: "" }] = await sql<{ id: string }[]>`
    UPDATE channels SET title = 'Night walk' WHERE user_id = ${userId} RETURNING id`;
  const found = async () => (await channelsOfNames(sql, [login]))[0];
  expect(await found()).toMatchObject({ displayName: login, title: "Night walk", live: false });
  await sql`INSERT INTO broadcasts (id, channel_id, title, phase, epoch, started_at) VALUES (${Bun.randomUUIDv7()}, ${id}, '', 'live', 1, now())`;
  expect(await found()).toMatchObject({ live: true });
  await sql`UPDATE broadcasts SET phase = 'lost'`;
  expect(await found()).toMatchObject({ live: false });
  await sql`UPDATE broadcasts SET phase = 'ended', ended_at = now()`;
  expect(await found()).toMatchObject({ live: false });
});
