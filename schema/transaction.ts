// Several statements as one: an act of staff and its line in the audit log, both or neither.

import type { Sql } from "./database.ts";

/** What throws inside undoes everything. Short, and without waiting for anything but the database: a paused process would hold its rows. */
export function inTransaction<Result>(sql: Sql, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  // Within a transaction the driver offers the same tagged templates and less beside them.
  return sql.begin((transaction) => work(transaction as unknown as Sql)) as Promise<Result>;
}
