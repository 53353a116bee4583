import { expect, test } from "bun:test";
import { type AddressInfo, connect, createServer, Socket } from "node:net";
import postgres from "postgres";
import { connectDatabase, isDriverFault } from "./database.ts";

const thrownAt = (place: string) =>
  Object.assign(new TypeError("null is not an object"), { stack: `at nextWrite (${place}:255:15)` });

test("only an error thrown from the driver's own files is a driver fault", () => {
  expect(isDriverFault(thrownAt("/app/node_modules/postgres/src/connection.js"))).toBe(true);
  expect(isDriverFault(thrownAt("/app/runtime/store-postgres.ts"))).toBe(false);
  expect(isDriverFault("postgres/src/")).toBe(false);
});

// schema/patches/postgres-3.4.9.patch: without it the pool's connection stays mute, each time until its own time limit.
test("the driver says its first word although the connection before was closed just before it was sent", async () => {
  const { promise: heard, resolve } = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    socket.once("data", (bytes) => resolve(String(bytes)));
    socket.on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const closedAtOnce = () => {
    const socket = new Socket();
    void (async () => {
      for (let turn = 0; turn < 20; turn++) await null; // Less than the turn of the event loop by which the driver delays its words.
      socket.destroy(new Error("closed"));
    })();
    return socket;
  };
  let opened = 0;
  const options = {
    max: 1,
    backoff: () => 0.01,
    socket: async () => (opened++ === 0 ? closedAtOnce() : connect(port, "127.0.0.1")),
  };
  const sql = postgres("postgres://someone@localhost/db", options);
  expect(await sql`SELECT 1`.catch((error) => error.message)).toBe("closed");
  const second = sql`SELECT 1`.catch(() => {});
  expect(await heard).toContain("someone");
  await sql.end({ timeout: 0 });
  await second;
  server.close();
});

// With `arrayTypes` the rejection that nobody handles fails the test: the driver's own question is refused before the statement is sent.
test("a server that ends while it is asked rejects the statement, and nothing else, without array types", async () => {
  const ready = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
  const server = createServer((socket) => {
    socket.once("data", () => {
      socket.write(ready);
      socket.once("data", () => socket.resetAndDestroy());
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const url = `postgres://someone@127.0.0.1:${port}/db`;
  const { sql, close } = connectDatabase({ url, applicationName: "test", connectionsMax: 1, arrayTypes: false });
  expect(await sql`SELECT 1`.catch((error) => error.code)).toBe("ECONNRESET");
  await Bun.sleep(50);
  await close();
  server.close();
});
