// Two nginx-rtmp behind the balancer's one address, with a real encoder that reconnects.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Balancer, startBalancer } from "#ops/tests/support/balancer.ts";
import { type ReconnectingPublisher, startReconnecting } from "#ops/tests/support/reconnecting-encoder.ts";
import { until } from "#ops/tests/support/until.ts";
import { freePort } from "#ops/up/ports.ts";
import { patient } from "#schema/testing-slowness.ts";
import { startIngests, type TestIngests, withStreamModule } from "./testing-ingests.ts";

/** Address from which the balancer connects, so that its own is not the encoder's. */
const BALANCER_ADDRESS = "127.0.0.5";

let made: TestIngests;
let balancer: Balancer;
let encoder: ReconnectingPublisher;

beforeAll(async () => {
  made = await startIngests(["main", "main-2"]);
  const rtmpPort = await freePort();
  balancer = await startBalancer({
    edges: [made.edge],
    ingests: {
      listens: [`127.0.0.1:${rtmpPort}`],
      servers: made.ingests.map(({ balancedPort }) => `127.0.0.1:${balancedPort}`),
    },
    change: (text) =>
      withStreamModule(text).replace("proxy_protocol on;", `proxy_protocol on;\n    proxy_bind ${BALANCER_ADDRESS};`),
  });
  encoder = await startReconnecting({ servers: [`rtmp://127.0.0.1:${rtmpPort}/live`], key: "some-key" });
});

afterAll(async () => {
  await encoder?.kill();
  await balancer?.stop();
  await made?.stop();
});

test("an ingest sees the address of the encoder, not that of the balancer", async () => {
  await until("the encoder to publish", () => made.published.length > 0);
  expect(made.published[0]!.address).toBe("127.0.0.1");
});

test("an encoder whose ingest dies finds the other one at the same address within seconds", async () => {
  const [victim, count] = [made.published.at(-1)!.ingest, made.published.length];
  await made.ingests.find(({ name }) => name === victim)!.kill();
  const diedAt = performance.now();
  await until("the encoder to publish again", () => made.published.length > count);
  const again = made.published.at(-1)!;
  expect(again.ingest).not.toBe(victim);
  // The encoder itself waits for a second.
  expect(again.atMs - diedAt).toBeLessThan(patient(3_000));
});
