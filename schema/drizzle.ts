// Drizzle for plain queries: reads and writes typed by `tables/`, on the same connections as the tagged templates.
//
// A drizzle query costs two to three times the processor time of a tagged template, mostly to build its text. So statements that run
// for each page, line or request are tagged templates.

import { type Column, sql as expression, type Query, type SQL } from "drizzle-orm";
import { PgDialect, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import { PostgresJsDatabase, PostgresJsSession } from "drizzle-orm/postgres-js";
import { type Sql, storable } from "./database.ts";

const dialect = new PgDialect();

/** Takes the pool or a transaction. Drizzle's own `drizzle()` would turn off the driver's types for dates and JSON. */
export function drizzleOn(sql: Sql): PostgresJsDatabase {
  return new PostgresJsDatabase(dialect, new Session(sql, dialect, undefined), undefined);
}

type Columns = Parameters<PostgresJsSession<Sql, never, never>["prepareQuery"]>[1];

class Session extends PostgresJsSession<Sql, Record<string, never>, Record<string, never>> {
  /** Named, so that the server parses and plans the statement once per connection, as for tagged templates. */
  override prepareQuery<Config extends PreparedQueryConfig>(
    query: Query,
    columns: Columns,
    _name: string | undefined,
    areArrays: boolean,
    map?: (rows: unknown[][]) => Config["execute"],
  ) {
    // Drizzle writes arrays as one text, of a type that the driver does not check.
    const params = query.params.map((value) => (typeof value === "string" ? storable(value) : value));
    const statement = super.prepareQuery<Config>({ ...query, params }, columns, "prepared", areArrays, map);
    return Object.assign(statement, { queryWithCache: askTheDriver });
  }
}

/** Replaces drizzle's own step, whose errors contain the parameters: password hashes would be logged. */
const askTheDriver = <Rows>(_text: string, _params: unknown[], run: () => Promise<Rows>) => run();

/** `columns` except `keys`. */
export function without<Columns extends object, Key extends keyof Columns>(
  columns: Columns,
  keys: readonly Key[],
): Omit<Columns, Key> {
  const left = Object.entries(columns).filter(([key]) => !(keys as readonly PropertyKey[]).includes(key));
  return Object.fromEntries(left) as Omit<Columns, Key>;
}

/** SQL text of an expression without parameters. */
export const textOf = (expression: SQL): string => dialect.sqlToQuery(expression).sql;

/** Makes a text usable in tagged templates: `${sql(fragment)}`. */
export const fragmentOf = (text: string): TemplateStringsArray => Object.assign([text], { raw: [text] });

/** `"c"."user_id" AS "userId", …` */
export const listText = (columns: Record<string, Column>): string =>
  Object.entries(columns)
    .map(([field, column]) => `${textOf(expression`${column}`)} AS "${field}"`)
    .join(", ");

/** The database's time at the start of the transaction. */
export const now = expression<Date>`now()`;

/** A negative `ms` is in the past. */
export const fromNow = (ms: number) => expression<Date>`now() + ${ms} * interval '1 ms'`;
