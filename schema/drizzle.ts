// Drizzle for the plain queries: reads and writes that `tables/` types, on the same connections as the tagged templates.
//
// A query takes two to three times the processor time of a tagged template, most of it to build the text. So statements that are asked
// for each page, line or request are templates.

import { type Column, sql as expression, type Query, type SQL } from "drizzle-orm";
import { PgDialect, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import { PostgresJsDatabase, PostgresJsSession } from "drizzle-orm/postgres-js";
import type { Sql } from "./database.ts";

const dialect = new PgDialect();

/** Of the pool, or of a transaction. `drizzle()` itself would turn off the driver's own types for dates and JSON. */
export function drizzleOn(sql: Sql): PostgresJsDatabase {
  return new PostgresJsDatabase(dialect, new Session(sql, dialect, undefined), undefined);
}

type Columns = Parameters<PostgresJsSession<Sql, never, never>["prepareQuery"]>[1];

class Session extends PostgresJsSession<Sql, Record<string, never>, Record<string, never>> {
  /** With a name, so that the server parses and plans it once per connection, as it does with tagged templates. */
  override prepareQuery<Config extends PreparedQueryConfig>(
    query: Query,
    columns: Columns,
    _name: string | undefined,
    areArrays: boolean,
    map?: (rows: unknown[][]) => Config["execute"],
  ) {
    const statement = super.prepareQuery<Config>(query, columns, "prepared", areArrays, map);
    return Object.assign(statement, { queryWithCache: askTheDriver });
  }
}

/** In the place of drizzle's own step, whose errors tell the parameters: password hashes would be in the log. */
const askTheDriver = <Rows>(_text: string, _params: unknown[], run: () => Promise<Rows>) => run();

/** `columns` but some. */
export function without<Columns extends object, Key extends keyof Columns>(
  columns: Columns,
  keys: readonly Key[],
): Omit<Columns, Key> {
  const left = Object.entries(columns).filter(([key]) => !(keys as readonly PropertyKey[]).includes(key));
  return Object.fromEntries(left) as Omit<Columns, Key>;
}

/** Of an expression without parameters. */
export const textOf = (expression: SQL): string => dialect.sqlToQuery(expression).sql;

/** For tagged templates: `${sql(fragment)}`. */
export const fragmentOf = (text: string): TemplateStringsArray => Object.assign([text], { raw: [text] });

/** `"c"."user_id" AS "userId", …` */
export const listText = (columns: Record<string, Column>): string =>
  Object.entries(columns)
    .map(([field, column]) => `${textOf(expression`${column}`)} AS "${field}"`)
    .join(", ");

/** The database's time at the start of the transaction. */
export const now = expression<Date>`now()`;

/** Less than 0: in the past. */
export const fromNow = (ms: number) => expression<Date>`now() + ${ms} * interval '1 ms'`;
