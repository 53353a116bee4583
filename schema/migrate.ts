// Brings a database to the newest schema: runs each migration that is not in the table `migrations`, in order of name, one transaction each.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./database.ts";

const FOLDER = join(import.meta.dir, "migrations");
/** Key of the advisory lock that serializes all changes of the schema and its grants. The number has no meaning. */
export const MIGRATION_LOCK = 7_420_001;

/** Returns the names of the migrations that ran. Throws when one fails; earlier ones stay applied. */
export async function migrate({ sql }: Database): Promise<string[]> {
  const ran: string[] = [];
  const connection = await sql.reserve();
  try {
    await connection`SET statement_timeout = 0`;
    await connection`SELECT pg_advisory_lock(${MIGRATION_LOCK})`;
    await connection`CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, ran_at timestamptz NOT NULL DEFAULT now())`;
    const done = new Set((await connection<{ name: string }[]>`SELECT name FROM migrations`).map((row) => row.name));
    for (const name of readdirSync(FOLDER)
      .filter((file) => file.endsWith(".sql"))
      .sort()) {
      if (done.has(name)) continue;
      const text = readFileSync(join(FOLDER, name), "utf8");
      await connection.unsafe(`BEGIN;\n${text}\nINSERT INTO migrations (name) VALUES ('${name}');\nCOMMIT;`);
      ran.push(name);
    }
    return ran;
  } finally {
    // The connection must return to the pool without this lock and setting.
    await connection`SELECT pg_advisory_unlock_all()`.catch(() => {});
    await connection`RESET statement_timeout`.catch(() => {});
    connection.release();
  }
}
