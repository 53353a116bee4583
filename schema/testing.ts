// For tests only: a new migrated database on the PostgreSQL of the test run, and the list of all tables.

import { join } from "node:path";
import { is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { connectDatabase, type Database } from "./database.ts";
import { migrate } from "./migrate.ts";

export interface TestDatabase {
  url: string;
  database: Database;
  /** Closes all connections and drops the database. */
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

/** A node owns the channel, as of every channel on air. It lives for an hour, so that no test is too slow for it. */
export async function standFor({ sql }: Pick<Database, "sql">, channelId: string): Promise<void> {
  const node = crypto.randomUUID();
  await sql`
    INSERT INTO nodes (incarnation, name, address, slots, seen_at)
    VALUES (${node}, 'test', '127.0.0.1:1', 1, now() + interval '1 hour')`;
  await sql`
    INSERT INTO actors (kind, key, epoch, node) VALUES ('channel', ${channelId}, 1, ${node})
    ON CONFLICT (kind, key) DO UPDATE SET node = ${node}, saved_at = now()`;
}

/** Name of a database with all migrations, made once per server: copying it is faster than migrating. */
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
  // When two processes do this at once, the second finds the name taken and drops its copy.
  await sql.unsafe(`ALTER DATABASE ${fresh} RENAME TO ${name}`).catch(() => sql.unsafe(`DROP DATABASE ${fresh}`));
  return name;
}

/** All tables of all files in `tables/`. */
export async function allTables(): Promise<PgTable[]> {
  const folder = join(import.meta.dir, "tables");
  const files = [...new Bun.Glob("*.ts").scanSync(folder)].filter((file) => !file.endsWith(".test.ts")).sort();
  const modules: object[] = await Promise.all(files.map((file) => import(join(folder, file))));
  return modules.flatMap((module) => Object.values(module)).filter((value) => is(value, PgTable));
}
