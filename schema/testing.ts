// For tests only: a fresh, migrated database of its own on the PostgreSQL that the test run started, and all tables that are described.

import { join } from "node:path";
import { is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { connectDatabase, type Database } from "./database.ts";
import { migrate } from "./migrate.ts";

export interface TestDatabase {
  url: string;
  database: Database;
  /** Ends all its connections and deletes it. */
  drop(): Promise<void>;
}

export async function testDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error("TEST_DATABASE_URL is not set: run the tests by `npm test`");
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = connectDatabase({ url: server, applicationName: "test-admin", connectionsMax: 1 });
  await admin.sql.unsafe(`CREATE DATABASE ${name} TEMPLATE ${await template(admin, server)}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const database = connectDatabase({ url, applicationName: "test" });
  return {
    url,
    database,
    async drop() {
      await database.close();
      await admin.sql.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.close();
    },
  };
}

/** A database with all migrations, made once per server: a copy of it takes less time than they do. */
async function template({ sql }: Database, server: string): Promise<string> {
  const name = "migrated";
  const [there] = await sql`SELECT 1 FROM pg_database WHERE datname = ${name}`;
  if (there) return name;
  const fresh = `${name}_${crypto.randomUUID().replaceAll("-", "")}`;
  await sql.unsafe(`CREATE DATABASE ${fresh}`);
  const url = Object.assign(new URL(server), { pathname: `/${fresh}` }).href;
  const database = connectDatabase({ url, applicationName: "test" });
  await migrate(database);
  await database.close();
  // Whoever comes second at the same time finds the name taken.
  await sql.unsafe(`ALTER DATABASE ${fresh} RENAME TO ${name}`).catch(() => sql.unsafe(`DROP DATABASE ${fresh}`));
  return name;
}

/** Of each file in `tables/`. */
export async function allTables(): Promise<PgTable[]> {
  const folder = join(import.meta.dir, "tables");
  const files = [...new Bun.Glob("*.ts").scanSync(folder)].filter((file) => !file.endsWith(".test.ts")).sort();
  const modules: object[] = await Promise.all(files.map((file) => import(join(folder, file))));
  return modules.flatMap((module) => Object.values(module)).filter((value) => is(value, PgTable));
}
