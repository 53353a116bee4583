import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { connectPatiently } from "./patient-database.ts";
import { freePort } from "./ports.ts";

const NAME = "a start";

let fresh: TestDatabase;
const servers: Server[] = [];
const sockets: Socket[] = [];
beforeAll(async () => {
  fresh = await testDatabase();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  await fresh.drop();
});

/** Listens for PostgreSQL. The first `silent` connections are accepted and never answered. */
function listen(port: number, silent: number): Promise<void> {
  const { hostname, port: real } = new URL(fresh.url);
  let count = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    if (count++ < silent) return;
    const there = connect(Number(real), hostname);
    there.on("error", () => {});
    socket.pipe(there).pipe(socket);
  });
  servers.push(server);
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
}

const urlAt = (port: number) => Object.assign(new URL(fresh.url), { host: `127.0.0.1:${port}` }).href;

test(
  "a start waits for a PostgreSQL that does not listen yet, and whose first answers come too late",
  async () => {
    const port = await freePort();
    const connecting = connectPatiently({ url: urlAt(port), applicationName: NAME });
    await Bun.sleep(300);
    await listen(port, 1); // The driver gives up a connection after 3 s.
    const { sql, close } = await connecting;
    expect(await sql`SELECT current_setting('statement_timeout') AS it`).toMatchObject([{ it: "0" }]);
    await close();
  },
  patient(20_000),
);

test("a PostgreSQL that never answers is named, with the address, the reason and what to do", async () => {
  const port = await freePort();
  const options = { url: urlAt(port), applicationName: NAME, logFile: "/data/log/postgres.log", withinMs: 1_000 };
  const error = await connectPatiently(options).catch((reason: Error) => reason);
  expect(String(error)).toMatch(
    new RegExp(
      `^Error: PostgreSQL at 127\\.0\\.0\\.1:${port}/\\w+ gave no answer within 1 s \\(.*ECONNREFUSED.*\\)\\. See whether it runs`,
    ),
  );
  expect(String(error)).toEndWith("start again. Its log: /data/log/postgres.log");
});

test("a refusal of PostgreSQL ends the start at once, without the password in the error", async () => {
  const url = Object.assign(new URL(fresh.url), { pathname: "/nowhere" }).href;
  const error = await connectPatiently({ url, applicationName: NAME }).catch((reason: Error) => reason);
  expect(String(error)).toContain("refuses the connection: database");
  const { password } = new URL(fresh.url);
  if (password) expect(String(error)).not.toContain(password);
});
