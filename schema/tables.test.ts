// The page of tables against the migrations, on a real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { connectDatabase } from "./database.ts";
import { migrate } from "./migrate.ts";
import * as tables from "./tables.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";

let fresh: TestDatabase;
beforeAll(async () => {
  fresh = await testDatabase();
});
afterAll(() => fresh.drop());

test("every table and column is there as the page says, and nothing else is", async () => {
  const rows = await fresh.database.sql<{ place: string; nullable: boolean }[]>`
    SELECT table_name || '.' || column_name || ' ' || replace(replace(data_type, 'timestamp with time zone', 'timestamptz'), 'ARRAY', 'text[]') AS place,
      is_nullable = 'YES' AS nullable
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'`;
  const inDatabase = rows.map(({ place, nullable }) => `${place}${nullable ? " null" : ""}`).sort();
  const onPage = Object.values(tables)
    .filter((table) => table instanceof PgTable)
    .flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.map((column) => {
        const type = column.getSQLType().replace("timestamp with time zone", "timestamptz");
        return `${name}.${column.name} ${type}${column.notNull ? "" : " null"}`;
      });
    })
    .sort();
  expect(inDatabase).toEqual(onPage);
  expect(onPage.length).toBeGreaterThan(50);
});

test("migrating again does nothing, also when several do it at once", async () => {
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
