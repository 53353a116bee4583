// Brings a database to the newest schema: runs each migration that is not in `migrations` yet, in order of name, each in a transaction.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "./database.ts";

const FOLDER = join(import.meta.dir, "migrations");
/** Any number; the same for all who change the schema or its grants, so that two at once wait for each other. */
export const MIGRATION_LOCK = 7_420_001;

/** Returns the names it ran. Throws on a migration that fails; those before it stay. */
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
    // The session's lock and settings must not go back into the pool.
    await connection`SELECT pg_advisory_unlock_all()`.catch(() => {});
    await connection`RESET statement_timeout`.catch(() => {});
    connection.release();
  }
}
