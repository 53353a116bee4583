// Compares the tables in TypeScript with the migrated database: any difference, in either direction, fails.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { getTableName, is, SQL } from "drizzle-orm";
import { getTableConfig, type PgColumn, PgDialect, type PgTable } from "drizzle-orm/pg-core";
import { connectDatabase, type Database, type Sql } from "../database.ts";
import { allTables, type TestDatabase, testDatabase } from "../testing.ts";

/** Unused columns, as `table.column`, that a migration of the next release drops. Nodes of the previous release still name them. */
const LEAVING: readonly string[] = [];

let migrated: TestDatabase;
let described: Database;
const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;

beforeAll(async () => {
  migrated = await testDatabase();
  await migrated.database.sql.unsafe(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(migrated.url), { pathname: `/${name}` }).href;
  described = connectDatabase({ url, applicationName: "described", connectionsMax: 1 });
  const tables = await allTables();
  for (const table of tables) await described.sql.unsafe(createTable(table));
  for (const table of tables) for (const reference of references(table)) await described.sql.unsafe(reference);
});
afterAll(async () => {
  await described?.close();
  await migrated.database.sql.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await migrated.drop();
});

for (const [what, facts, countMin] of [
  ["column, with its type, nullability and default,", columnFacts, 100],
  ["primary key and unique column", keyFacts, 20],
  ["reference, with its ON DELETE action,", (sql: Sql) => constraintFacts(sql, "FOREIGN KEY %"), 10],
  ["closed list of values", (sql: Sql) => constraintFacts(sql, "CHECK ((% = ANY (ARRAY[%"), 5],
] as const)
  test(`each ${what} is the same in the tables and in the migrations`, async () => {
    const inMigrations = await facts(migrated.database.sql);
    const isStaying = (fact: string) => !LEAVING.some((column) => fact.startsWith(`${column} `));
    expect(inMigrations.filter(isStaying)).toEqual(await facts(described.sql));
    expect(inMigrations.length).toBeGreaterThanOrEqual(countMin);
  });

async function columnFacts(sql: Sql): Promise<string[]> {
  const rows = await sql<{ fact: string }[]>`
    SELECT concat_ws(' ', c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN NOT a.attnotnull THEN 'NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity, '')) AS fact
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> 'migrations' ORDER BY fact`;
  return rows.map(({ fact }) => fact);
}

/** Unique keys by their columns; the name, and whether it is a constraint or an index, do not count. Partial indexes are left out. */
async function keyFacts(sql: Sql): Promise<string[]> {
  const rows = await sql<{ fact: string }[]>`
    SELECT concat_ws(' ', i.indrelid::regclass, CASE WHEN i.indisprimary THEN 'PRIMARY KEY' ELSE 'UNIQUE' END,
      (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n) FROM generate_series(1, i.indnkeyatts) n)) AS fact
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'migrations' AND i.indisunique AND i.indpred IS NULL
    ORDER BY fact`;
  return rows.map(({ fact }) => fact);
}

async function constraintFacts(sql: Sql, like: string): Promise<string[]> {
  const rows = await sql<{ fact: string }[]>`
    SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS fact FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND pg_get_constraintdef(oid) LIKE ${like} ORDER BY fact`;
  return rows.map(({ fact }) => fact);
}

const dialect = new PgDialect();
const listed = (columns: readonly { name: string }[]) => columns.map((column) => column.name).join(", ");

function createTable(table: PgTable): string {
  const { columns, primaryKeys, uniqueConstraints } = getTableConfig(table);
  const keys = [
    ...primaryKeys.map((key) => `PRIMARY KEY (${listed(key.columns)})`),
    ...uniqueConstraints.map((key) => `UNIQUE (${listed(key.columns)})`),
  ];
  return `CREATE TABLE ${getTableName(table)} (${[...columns.map(createColumn), ...keys].join(", ")})`;
}

function createColumn(column: PgColumn): string {
  const words = [column.name, column.getSQLType()];
  if (column.notNull) words.push("NOT NULL");
  if (column.primary) words.push("PRIMARY KEY");
  if (column.isUnique) words.push("UNIQUE");
  if (column.generatedIdentity) words.push(`GENERATED ${column.generatedIdentity.type} AS IDENTITY`);
  if (column.default !== undefined) words.push(`DEFAULT ${literal(column.default)}`);
  const values = column.enumValues as readonly string[] | undefined;
  if (values?.length) words.push(`CHECK (${column.name} IN (${values.map(literal).join(", ")}))`);
  return words.join(" ");
}

function literal(value: unknown): string {
  if (is(value, SQL)) return dialect.sqlToQuery(value).sql;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return `'${typeof value === "string" ? value : JSON.stringify(value)}'`;
}

const references = (table: PgTable): string[] =>
  getTableConfig(table).foreignKeys.map((key) => {
    const { columns, foreignColumns, foreignTable } = key.reference();
    return `ALTER TABLE ${getTableName(table)} ADD FOREIGN KEY (${listed(columns)})
      REFERENCES ${getTableName(foreignTable)} (${listed(foreignColumns)}) ON DELETE ${key.onDelete ?? "no action"}`;
  });
