// Migrations on a real PostgreSQL: each runs once, also with concurrent callers.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { connectDatabase } from "./database.ts";
import { migrate } from "./migrate.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";

let fresh: TestDatabase;
beforeAll(async () => {
  fresh = await testDatabase();
});
afterAll(() => fresh.drop());

test("a second run does nothing, and concurrent runs apply each migration once", async () => {
  expect(await migrate(fresh.database)).toEqual([]);
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  await fresh.database.sql.unsafe(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(fresh.url), { pathname: `/${name}` }).href;
  const databases = [1, 2, 3].map(() => connectDatabase({ url, applicationName: "migrate", connectionsMax: 2 }));
  const ran = await Promise.all(databases.map(migrate));
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
  for (const database of databases) await database.close();
  await fresh.database.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
});
