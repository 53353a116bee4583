// What the nodes' role may do in the database, on a real PostgreSQL with a role made for this run.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { connectDatabase, type Database, sqlState } from "./database.ts";
import { grantNodeRole, nodeRoleOf } from "./node-role.ts";
import { mightyNodes } from "./queries/operator/doctor.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";

const ROLE = { name: `n_${crypto.randomUUID().replaceAll("-", "")}`, password: "it's a % of @ll" };
const USER = "01890000-0000-7000-8000-000000000001";
const FORBIDDEN = "42501";

let fresh: TestDatabase;
let node: Database;
let nodeUrl: string;

beforeAll(async () => {
  fresh = await testDatabase();
  const { sql } = fresh.database;
  // An operator may have made the role by hand, with too many rights.
  await sql.unsafe(`CREATE ROLE ${ROLE.name} SUPERUSER CREATEDB CREATEROLE`);
  await sql.unsafe(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${ROLE.name}`);
  await sql.unsafe(`GRANT ALL ON SCHEMA public TO ${ROLE.name}`);
  await grantNodeRole(fresh.database, ROLE);
  await grantNodeRole(fresh.database, ROLE);
  const url = new URL(fresh.url);
  url.username = ROLE.name;
  url.password = encodeURIComponent(ROLE.password);
  expect(nodeRoleOf(url.href)).toEqual(ROLE);
  nodeUrl = url.href;
  node = connectDatabase({ url: nodeUrl, applicationName: "node", connectionsMax: 2 });
});
afterAll(async () => {
  await node?.close();
  const { sql } = fresh.database;
  await sql.unsafe(`DROP OWNED BY ${ROLE.name}`);
  await sql.unsafe(`DROP ROLE ${ROLE.name}`);
  await fresh.drop();
});

/** SQLSTATE of the refusal; null: the statement succeeded. */
const refusalOf = (statement: string) =>
  node.sql.unsafe(statement).then(
    () => null,
    (error) => sqlState(error) ?? String(error),
  );

test("nodes read and write rows, with their triggers and references", async () => {
  const { sql } = node;
  const other = USER.replace(/1$/, "2");
  for (const [id, login] of [
    [USER, "ada"],
    [other, "bob"],
  ] as const)
    await sql`INSERT INTO users (id, login, email, display_name) VALUES (${id}, ${login}, ${`${login}@example.org`}, ${login})`;
  await sql`INSERT INTO channels (id, user_id) VALUES (${USER}, ${USER})`;
  await sql`INSERT INTO follows (user_id, channel_id) VALUES (${other}, ${USER})`;
  const [channel] = await sql`SELECT followers FROM channels WHERE id = ${USER} FOR UPDATE`;
  expect(channel?.followers).toBe(1);
  await sql`INSERT INTO revocations (subject, at) VALUES (${USER}, now())`;
  await sql`UPDATE users SET display_name = 'Ada' WHERE id = ${USER}`;
  expect((await sql`DELETE FROM users WHERE id = ${other}`).count).toBe(1);
  expect((await sql`SELECT followers FROM channels WHERE id = ${USER}`)[0]?.followers).toBe(0);
  expect((await sql`SELECT name FROM migrations`).length).toBeGreaterThan(5);
});

test("a node can end the connections of a dead node", async () => {
  // A separate pool: the first statement on a terminated connection may fail too.
  const dead = connectDatabase({ url: nodeUrl, applicationName: "dead node", connectionsMax: 1 });
  await dead.sql`SELECT 1`;
  const ended = await node.sql`
    SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE application_name = 'dead node'`;
  expect([...ended]).toEqual([{ ended: true }]);
  await dead.close();
});

test("the grants cover a table of a later migration", async () => {
  await fresh.database.sql`CREATE TABLE later (id bigserial PRIMARY KEY, words text)`;
  await node.sql`INSERT INTO later (words) VALUES ('hello')`;
  expect((await node.sql`DELETE FROM later`).count).toBe(1);
  await fresh.database.sql`DROP TABLE later`;
});

test.each([
  "CREATE TABLE mine (id int)",
  "CREATE TEMP TABLE mine (id int)",
  "CREATE SCHEMA mine",
  "CREATE DATABASE mine",
  "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  "CREATE ROLE mine",
  "ALTER ROLE CURRENT_USER SUPERUSER",
  "ALTER ROLE CURRENT_USER BYPASSRLS",
  "ALTER SYSTEM SET log_statement = 'all'",
  "ALTER TABLE users ADD COLUMN mine int",
  "ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY",
  "DROP TABLE users",
  "TRUNCATE users CASCADE",
  "DROP POLICY audit_sweep ON audit_log",
  "CREATE TRIGGER mine AFTER INSERT ON users EXECUTE FUNCTION count_followers()",
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT pg_ls_dir('/')",
  "SELECT lo_import('/etc/passwd')",
  "COPY users TO PROGRAM 'cat > /tmp/users'",
  "COPY users FROM '/etc/passwd'",
  "COPY users TO '/tmp/users'",
  "SELECT rolpassword FROM pg_authid",
  "INSERT INTO migrations (name) VALUES ('9999.sql')",
  "DELETE FROM migrations",
])("refused: %s", async (statement) => {
  expect(await refusalOf(statement)).toBe(FORBIDDEN);
});

test("nodes cannot forge, change or delete entries of the audit log, but can delete old ones and blank addresses and details", async () => {
  const [old, young] = ["a", "b"].map((end) => `01890000-0000-7000-8000-00000000000${end}`);
  for (const id of [old, young])
    await node.sql`
      INSERT INTO audit_log (id, actor_id, act, target, address, detail)
      VALUES (${id!}, ${USER}, 'sign-in.ok', '', '192.0.2.1', '{"a":1}')`;
  await fresh.database.sql`UPDATE audit_log SET at = now() - interval '400 days' WHERE id = ${old!}`;
  expect(await refusalOf("INSERT INTO audit_log (id, act, at) VALUES (gen_random_uuid(), 'x', '2020-01-01')")).toBe(
    FORBIDDEN,
  );
  expect(await refusalOf("UPDATE audit_log SET act = 'other'")).toBe(FORBIDDEN);
  expect(await refusalOf("UPDATE audit_log SET actor_id = NULL")).toBe(FORBIDDEN);
  expect(await refusalOf("UPDATE audit_log SET address = '203.0.113.9'")).toBe(FORBIDDEN);
  expect((await node.sql`DELETE FROM audit_log`).count).toBe(1);
  expect((await node.sql`UPDATE audit_log SET address = '', detail = '{}' WHERE actor_id = ${USER}`).count).toBe(1);
  expect(await node.sql`SELECT id, act, address, detail FROM audit_log`).toMatchObject([
    { id: young, act: "sign-in.ok", address: "", detail: {} },
  ]);
});

test("the doctor finds nodes that connect with more rights than they need", async () => {
  const [here] = await fresh.database.sql`SELECT current_user AS owner`;
  await node.sql`SET application_name = 'edge of-the-role'`;
  expect(await mightyNodes(fresh.database.sql)).toEqual([]);
  const careless = connectDatabase({ url: fresh.url, applicationName: "edge careless", connectionsMax: 1 });
  await careless.sql`SELECT 1`;
  expect(await mightyNodes(fresh.database.sql)).toEqual([here?.owner]);
  await careless.close();
});

test("the nodes' role must be named, and cannot be the owner of the tables", async () => {
  const [here] = await fresh.database.sql`SELECT current_user AS owner`;
  await expect(grantNodeRole(fresh.database, { name: here?.owner, password: "x" })).rejects.toThrow(
    "role of their own",
  );
  expect(() => nodeRoleOf("postgres://127.0.0.1/live")).toThrow("must name it");
});
