// An ingest behind the balancer falls silent: its machine is down, and nothing tells the encoder. Needs Linux, root, `ip` and `iptables`.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { TCP_RETRIES } from "#ops/nginx/ingests.conf.ts";
import { startIngests, type TestIngests, withStreamModule } from "#ops/nginx/testing-ingests.ts";
import { startBalancer } from "#ops/tests/support/balancer.ts";
import { makeNetworks, type NodeNetwork, namespacesFault } from "#ops/tests/support/namespaces.ts";
import { startReconnecting } from "#ops/tests/support/reconnecting-encoder.ts";
import { TcpProxy } from "#ops/tests/support/tcp-proxy.ts";
import { until } from "#ops/tests/support/until.ts";
import { patient, SLOWNESS } from "#schema/testing-slowness.ts";
import { skipSuite } from "./skipped-suite.ts";

const [HTTP_PORT, RTMP_PORT] = [8_080, 1_935];
const STREAMED_MS = 10_000;

const fault = namespacesFault();
const undo: (() => unknown)[] = [];
const doors: number[] = [];
let made: TestIngests;
let network: NodeNetwork;

beforeAll(async () => {
  if (fault) return;
  const networks = makeNetworks(1);
  undo.push(() => networks.remove());
  network = networks.nodes[0]!;
  // As in compose: a setting of the machine or the container, not of nginx.
  const set = Bun.spawnSync([...network.prefix, "sysctl", "-qw", `net.ipv4.tcp_retries2=${TCP_RETRIES}`]);
  if (!set.success) throw new Error(`sysctl: ${set.stderr}`);
  made = await startIngests(["main", "main-2"]);
  undo.push(() => made.stop());
  for (const { balancedPort: port } of made.ingests) {
    const door = await TcpProxy.listen({ host: networks.ourAddress, target: () => ({ port }) });
    undo.push(() => door.close());
    doors.push(door.port);
  }
  const balancer = await startBalancer({
    ...{ port: HTTP_PORT, host: network.address, prefix: network.prefix, edges: [made.edge] },
    ingests: {
      listens: [`${network.address}:${RTMP_PORT}`],
      servers: doors.map((port) => `${networks.ourAddress}:${port}`),
    },
    change: withStreamModule,
  });
  undo.push(() => balancer.stop());
  const encoder = await startReconnecting({
    servers: [`rtmp://${network.address}:${RTMP_PORT}/live`],
    key: "some-key",
  });
  undo.push(() => encoder.kill());
});

afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

if (fault) skipSuite("silent-ingest", fault);
else
  test("the encoder is cut off by the balancer and publishes at the other ingest", async () => {
    await until("the encoder to publish", () => made.published.length > 0);
    for (let n = 0; n < 2; n++) {
      await Bun.sleep(STREAMED_MS);
      const [victim, count] = [made.published.at(-1)!.ingest, made.published.length];
      network.cut({ ourPort: doors[made.ingests.findIndex(({ name }) => name === victim)]! });
      const silentAt = performance.now();
      await until("the encoder to publish again", () => made.published.length > count, { withinMs: patient(90_000) });
      const tookMs = made.published.at(-1)!.atMs - silentAt;
      console.log(`an encoder whose ingest fell silent published at the other one after ${Math.round(tookMs)} ms`);
      expect(made.published.at(-1)!.ingest).not.toBe(victim);
      network.heal();
      expect(tookMs).toBeLessThan(15_000 * SLOWNESS);
    }
  }, 300_000);
