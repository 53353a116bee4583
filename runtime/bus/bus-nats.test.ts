// The first connection to NATS over a real server behind a proxy.

import { expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import { patient } from "#schema/testing-slowness.ts";
import { systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { connectNats } from "./bus-nats.ts";

test("a connection on which the server stays silent is given up within two seconds, and the next one is used", async () => {
  const { hostname, port } = new URL(process.env.TEST_NATS_URL ?? "");
  const sockets: Socket[] = [];
  let tries = 0;
  const server = createServer((client) => {
    sockets.push(client);
    client.on("error", () => {});
    if (++tries === 1) return; // Like a cut network: the connection is accepted, then silence.
    const behind = connect(Number(port), hostname);
    sockets.push(behind);
    behind.on("error", () => {});
    client.pipe(behind).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const startMs = performance.now();
  const log = createLog({ name: "test", level: "silent" });
  const bus = await connectNats({ url: `nats://127.0.0.1:${address.port}`, name: "test", clock: systemClock, log });
  const tookMs = performance.now() - startMs;
  await bus.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  expect(tries).toBe(2);
  expect(tookMs).toBeGreaterThan(1_900);
  expect(tookMs).toBeLessThan(patient(4_000));
});
