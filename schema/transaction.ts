// Several statements as one: an act of staff and its line in the audit log, both or neither.

import { type Sql, sqlState } from "./database.ts";

/** Two that wait for each other, and two that saw each other's rows change: the store undoes one, which may well succeed the next time. */
const UNLUCKY = new Set(["40P01", "40001"]);
const TRIES_MAX = 3;

/**
 * What throws inside undoes everything. Short, and without waiting for anything but the database: a paused process would hold its rows.
 * `work` is done again when the store undid it for the sake of another transaction.
 */
export async function inTransaction<Result>(sql: Sql, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      // Within a transaction the driver offers the same tagged templates and less beside them.
      return (await sql.begin((transaction) => work(transaction as unknown as Sql))) as Result;
    } catch (error) {
      if (tries === TRIES_MAX || !UNLUCKY.has(sqlState(error) ?? "")) throw error;
    }
  }
}
