// The role that edges and actor nodes connect as. It owns nothing and makes nothing: it reads and writes rows, of the audit log only what
// a node has to. Whoever takes a node over can do no more.

import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import type { Database } from "./database.ts";
import { MIGRATION_LOCK } from "./migrate.ts";

export interface NodeRole {
  name: string;
  password: string;
}

/** Of `postgres://name:password@…`. Throws when one of them is missing. */
export function nodeRoleOf(url: string): NodeRole {
  const { username, password } = new URL(url);
  if (!username || !password) throw new Error("the URL of the nodes' role must name it, and its password");
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Makes the role when it is missing, sets its password, and grants what is in the tables now and will be in later ones. Asked by the
 *  owner of the tables, who may make roles, after each migration; again does no harm. Throws when both are one role. */
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
    // Only whom it concerns: an owner who is no superuser may not even say NOSUPERUSER of somebody else.
    if (there?.mighty)
      await tx.unsafe(`ALTER ROLE ${role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`);
    await tx.unsafe(`ALTER ROLE ${role} LOGIN PASSWORD '${scramVerifier(password)}'`);
    await tx.unsafe(grants({ role, database: quoted(database) }));
  });
}

/** Sequences are used by who inserts. Policies of audit_log (migration 0007) say which of its rows. */
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
  REVOKE INSERT, UPDATE ON audit_log FROM ${role};
  GRANT INSERT (id, actor_id, act, target, address, detail), UPDATE (address, detail) ON audit_log TO ${role}`;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const ITERATIONS = 4096;

/** What PostgreSQL keeps of a password (RFC 5803), made here so that it is in no statement, hence in no log. */
function scramVerifier(password: string): string {
  const salt = crypto.getRandomValues(Buffer.alloc(16));
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, ITERATIONS, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(keyed("Client Key")).digest("base64");
  const serverKey = keyed("Server Key").toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
