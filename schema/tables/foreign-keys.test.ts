// Each reference has an index, so that deleting an account or a channel scans no table.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type TestDatabase, testDatabase } from "../testing.ts";

let migrated: TestDatabase;
beforeAll(async () => {
  migrated = await testDatabase();
});
afterAll(() => migrated.drop());

test("each foreign key is the beginning of an index of its table", async () => {
  const rows = await migrated.database.sql<{ name: string }[]>`
    SELECT f.conrelid::regclass || ' (' || (
      SELECT string_agg(a.attname, ', ' ORDER BY k.at) FROM unnest(f.conkey) WITH ORDINALITY k (number, at)
      JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number) || ')' AS name
    FROM pg_constraint f
    WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT 1 FROM pg_index i WHERE i.indrelid = f.conrelid
        AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey
        AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] <@ f.conkey)
    ORDER BY name`;
  expect(rows.map(({ name }) => name)).toEqual([]);
});
