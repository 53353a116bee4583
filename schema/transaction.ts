// Runs several statements as one transaction, such as an act of staff and its entry in the audit log.

import { type Sql, sqlState } from "./database.ts";

/** SQLSTATE of a deadlock and of a serialization failure: the database rolls one transaction back, and a retry may succeed. */
const UNLUCKY = new Set(["40P01", "40001"]);
const TRIES_MAX = 3;

/**
 * An error in `work` rolls everything back. `work` must be short and wait for nothing but the database: a paused process keeps its rows
 * locked. `work` runs again after a deadlock or serialization failure, three times at most.
 */
export async function inTransaction<Result>(sql: Sql, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      // A transaction of the driver has the same tagged templates, but fewer methods.
      return (await sql.begin((transaction) => work(transaction as unknown as Sql))) as Result;
    } catch (error) {
      if (tries === TRIES_MAX || !UNLUCKY.has(sqlState(error) ?? "")) throw error;
    }
  }
}
