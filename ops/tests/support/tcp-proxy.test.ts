// The proxy's faults on real sockets, and their counts.

import { afterEach, expect, test } from "bun:test";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { until } from "#ops/tests/support/until.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** An echo server that records received text and how its connections ended. */
async function setup() {
  const received: string[] = [];
  const ends: string[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on("data", (bytes: Buffer) => {
      received.push(bytes.toString());
      socket.write(`echo ${bytes}`);
    });
    socket.on("end", () => ends.push("end"));
    socket.on("error", (error: NodeJS.ErrnoException) => ends.push(error.code ?? "error"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const proxy = await TcpProxy.listen({ target: () => ({ port: address.port }) });
  opened.push({ close: () => server.close() }, proxy);
  return { received, ends, proxy, sockets, connect: () => connect(proxy.port) };
}

async function connect(port: number) {
  const socket = createConnection({ host: "127.0.0.1", port, allowHalfOpen: true });
  const client = { socket, received: "", ended: null as string | null, say: (text: string) => socket.write(text) };
  socket.on("data", (bytes: Buffer) => (client.received += bytes.toString()));
  socket.on("end", () => (client.ended ??= "end"));
  socket.on("error", (error: NodeJS.ErrnoException) => (client.ended ??= error.code ?? "error"));
  opened.push({ close: () => socket.destroy() });
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return client;
}

test("without a fault all bytes pass in order", async () => {
  const { proxy, connect, received } = await setup();
  const client = await connect();
  client.say("a");
  await until("the echo", () => client.received === "echo a");
  const long = "x".repeat(3_000_000);
  client.say(long);
  await until("all of a long text", () => received.join("").length === long.length + 1);
  expect(proxy.counts).toMatchObject({ accepted: 1, resets: 0, lostBytes: 0, delayedBytes: 0, freezes: 0 });
});

test("a black hole loses one direction; the other still passes", async () => {
  const { proxy, connect, received } = await setup();
  const client = await connect();
  proxy.set({ kind: "blackhole" }, "down");
  client.say("asked");
  await until("the question", () => received.includes("asked"));
  await until("the lost answer", () => proxy.counts.lostBytes === "echo asked".length);
  expect(proxy.counts.ways).toEqual({
    up: { forwardedBytes: "asked".length, lostBytes: 0 },
    down: { forwardedBytes: 0, lostBytes: "echo asked".length },
  });
  proxy.set({ kind: "pass" });
  client.say("again");
  await until("the echo", () => client.received === "echo again");
  proxy.set({ kind: "blackhole" }, "up");
  client.say("never");
  await until("the lost question", () => proxy.counts.lostBytes === "echo asked".length + "never".length);
  expect(received).not.toContain("never");
});

test("a delay holds bytes back and keeps their order, even when it ends", async () => {
  const { proxy, connect, received } = await setup();
  const client = await connect();
  proxy.set({ kind: "delay", ms: 150 }, "up");
  const startMs = performance.now();
  client.say("slow");
  await until("the delayed bytes", () => proxy.counts.delayedBytes === 4);
  proxy.set({ kind: "pass" });
  client.say(" quick");
  await until("both", () => received.join("") === "slow quick", { everyMs: 5 });
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(145);
});

test("a frozen direction is not read until it thaws", async () => {
  const { proxy, connect, received } = await setup();
  const client = await connect();
  client.say("a");
  await until("the first", () => received.length === 1);
  proxy.set({ kind: "freeze" }, "up");
  client.say("b");
  await Bun.sleep(100);
  expect(received).toEqual(["a"]);
  expect(proxy.counts).toMatchObject({ freezes: 1, lostBytes: 0 });
  proxy.set({ kind: "pass" });
  await until("the rest", () => received.join("") === "ab");
});

test("a reset reaches both sides as a reset", async () => {
  const { proxy, connect, ends, received } = await setup();
  const client = await connect();
  client.say("a");
  await until("the first", () => received.length === 1);
  proxy.reset();
  await until("both ends", () => client.ended !== null && ends.length > 0);
  expect([client.ended, ends[0]]).toEqual(["ECONNRESET", "ECONNRESET"]);
  expect(proxy.counts.resets).toBe(1);
  expect(proxy.connections).toEqual([]);
});

test("with a half-closed connection one side gets the end, and the other can still send", async () => {
  const { proxy, connect, received, ends } = await setup();
  const client = await connect();
  client.say("a");
  await until("the echo", () => client.received === "echo a");
  proxy.connections[0]?.halfClose("down");
  await until("the end", () => client.ended === "end");
  client.say("b");
  await until("the other direction", () => received.includes("b"));
  expect(ends).toEqual([]);
  expect(proxy.counts.halfCloses).toBe(1);
});

test("a single connection can be broken at the moment it sends certain bytes", async () => {
  const { proxy, connect, received } = await setup();
  const [one, other] = [await connect(), await connect()];
  proxy.onBytes = (connection, direction, bytes) => {
    if (direction === "up" && bytes.includes("COMMIT")) connection.set({ kind: "blackhole" }, "down");
  };
  other.say("hello");
  one.say("COMMIT");
  await until("both texts", () => received.length === 2);
  await until("one echo", () => other.received === "echo hello");
  await until("the lost one", () => proxy.counts.lostBytes > 0);
  expect(one.received).toBe("");
});

test("an unreachable server causes a reset and is counted", async () => {
  const dead = await TcpProxy.listen({ target: () => ({ port: 1 }) });
  opened.push(dead);
  const client = await connect(dead.port);
  await until("the end", () => client.ended !== null);
  expect(dead.counts).toMatchObject({ accepted: 1, refused: 1 });
});
