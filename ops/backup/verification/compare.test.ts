import { expect, test } from "bun:test";
import type { TableFacts } from "#schema/queries/operator/backups.ts";
import { differences } from "./compare.ts";

const table = (more: Partial<TableFacts> = {}): TableFacts => ({
  ...{ name: "users", rows: 10, digest: "d", inserted: 100, updated: 50, deleted: 90 },
  ...more,
});
const compare = (before: Partial<TableFacts>, after: Partial<TableFacts>, copy: Partial<TableFacts>) =>
  differences({ before: [table(before)], after: [table(after)], restored: [table(copy)] });

test("a table in which nothing changed must have the same rows", () => {
  expect(compare({}, {}, {})).toEqual([]);
  expect(compare({}, {}, { digest: "e" })).toEqual(["users has other rows"]);
  expect(compare({}, {}, { rows: 9 })).toEqual(["users has 9 rows instead of 10"]);
});

test("of a table that changes, the number of rows must be possible", () => {
  const after = { inserted: 103, deleted: 91 };
  for (const rows of [9, 10, 13]) expect(compare({}, after, { rows, digest: "e" })).toEqual([]);
  for (const rows of [8, 14])
    expect(compare({}, after, { rows })).toEqual([`users has ${rows} rows instead of 9 to 13`]);
  expect(compare({}, { updated: 51 }, { digest: "e" })).toEqual([]);
});

test("what was not read is not compared, nor what PostgreSQL counts anew", () => {
  expect(compare({ rows: null, digest: null }, {}, { rows: 1 })).toEqual([]);
  expect(compare({ digest: null }, {}, { digest: "e" })).toEqual([]);
  expect(compare({}, { inserted: 3 }, { rows: 1 })).toEqual([]);
});

test("a missing table and one too many are told", () => {
  const found = differences({ before: [table()], after: [table()], restored: [table({ name: "other" })] });
  expect(found).toEqual(["users is missing", "other should not be there"]);
});
