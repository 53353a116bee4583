// The database role of edges and actor nodes. It owns and creates nothing: it reads and writes rows, and of the audit log only the columns
// that a node needs. An attacker who controls a node can do no more.

import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import type { Database } from "./database.ts";
import { MIGRATION_LOCK } from "./migrate.ts";

export interface NodeRole {
  name: string;
  password: string;
}

/** Reads name and password from `postgres://name:password@…`. Throws when one of them is missing. */
export function nodeRoleOf(url: string): NodeRole {
  const { username, password } = new URL(url);
  if (!username || !password) throw new Error("the URL of the nodes' role must name it, and its password");
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Creates the role if it is missing, sets its password, and grants access to present and future tables. Idempotent. Runs after each
 *  migration, as the owner of the tables, which must have CREATEROLE. Throws when the owner and the nodes' role are the same. */
export async function grantNodeRole({ sql }: Database, { name, password }: NodeRole): Promise<void> {
  const role = quoted(name);
  await sql.begin(async (tx) => {
    await tx`SET LOCAL statement_timeout = 0`;
    await tx`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`;
    const [here] = await tx<{ owner: string; database: string }[]>`
      SELECT current_user AS owner, current_database() AS database`;
    const { owner, database } = here!;
    if (owner === name)
      throw new Error(`nodes must not connect as ${name}, who owns the tables: give them a role of their own`);
    const [there] = await tx<{ mighty: boolean }[]>`
      SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS mighty
      FROM pg_roles WHERE rolname = ${name}`;
    if (!there) await tx.unsafe(`CREATE ROLE ${role}`);
    // Only when needed: PostgreSQL refuses even NOSUPERUSER from an owner that is not a superuser itself.
    if (there?.mighty)
      await tx.unsafe(`ALTER ROLE ${role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`);
    await tx.unsafe(`ALTER ROLE ${role} LOGIN PASSWORD '${scramVerifier(password)}'`);
    await tx.unsafe(grants({ role, database: quoted(database) }));
  });
}

/** Inserts need USAGE on sequences. Policies of audit_log (migration 0007) limit the rows. */
const grants = ({ role, database }: { role: string; database: string }) => `
  REVOKE CREATE, TEMPORARY ON DATABASE ${database} FROM PUBLIC;
  REVOKE ALL ON DATABASE ${database} FROM ${role};
  GRANT CONNECT ON DATABASE ${database} TO ${role};
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  REVOKE ALL ON SCHEMA public FROM ${role};
  GRANT USAGE ON SCHEMA public TO ${role};
  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role};
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role};
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${role};
  REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${role};
  REVOKE INSERT, UPDATE, DELETE ON database_lineage FROM ${role};
  GRANT UPDATE (timeline) ON database_lineage TO ${role};
  REVOKE INSERT, UPDATE ON audit_log FROM ${role};
  GRANT INSERT (id, actor_id, act, target, address, detail), UPDATE (address, detail) ON audit_log TO ${role}`;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const ITERATIONS = 4096;

/** The SCRAM verifier that PostgreSQL stores (RFC 5803). Computed here, so that the password is in no statement and in no log. */
function scramVerifier(password: string): string {
  const salt = crypto.getRandomValues(Buffer.alloc(16));
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, ITERATIONS, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(keyed("Client Key")).digest("base64");
  const serverKey = keyed("Server Key").toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
