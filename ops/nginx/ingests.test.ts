// Two nginx-rtmp behind the balancer's one address, with a real encoder that reconnects.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Balancer, startBalancer } from "#ops/tests/support/balancer.ts";
import { type ReconnectingPublisher, startReconnecting } from "#ops/tests/support/reconnecting-encoder.ts";
import { until } from "#ops/tests/support/until.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { patient } from "#schema/testing-slowness.ts";
import { rtmpConf } from "./rtmp.conf.ts";

const RTMP_MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";
const STREAM_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so";
/** Address from which the balancer connects, so that its own is not the encoder's. */
const BALANCER_ADDRESS = "127.0.0.5";

interface Ingest {
  name: string;
  balancedPort: number;
  kill(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), "ingests-"));
const published: { ingest: string; address: string; atMs: number }[] = [];
const ingests: Ingest[] = [];
let edge: ReturnType<typeof Bun.serve>;
let balancer: Balancer;
let rtmpPort: number;
let encoder: ReconnectingPublisher;

beforeAll(async () => {
  edge = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== "/hooks/rtmp/publish") return new Response(null, { status: 200 });
      const address = new URLSearchParams(await request.text()).get("addr") ?? "";
      published.push({ ingest: searchParams.get("ingest")!, address, atMs: performance.now() });
      return new Response(null, { status: 302, headers: { location: `pub-${published.length}` } });
    },
  });
  for (const name of ["main", "main-2"]) ingests.push(await startIngest(name));
  rtmpPort = await freePort();
  balancer = await startBalancer({
    edges: [`127.0.0.1:${edge.port}`],
    ingests: {
      listens: [`127.0.0.1:${rtmpPort}`],
      servers: ingests.map(({ balancedPort }) => `127.0.0.1:${balancedPort}`),
    },
    change: (text) =>
      `${existsSync(STREAM_MODULE) ? `load_module ${STREAM_MODULE};\n` : ""}${text}`.replace(
        "proxy_protocol on;",
        `proxy_protocol on;\n    proxy_bind ${BALANCER_ADDRESS};`,
      ),
  });
  encoder = await startReconnecting({ servers: [`rtmp://127.0.0.1:${rtmpPort}/live`], key: "some-key" });
});

afterAll(async () => {
  await encoder?.kill();
  await balancer?.stop();
  for (const ingest of ingests) await ingest.kill();
  edge?.stop(true);
  rmSync(folder, { recursive: true, force: true });
});

async function startIngest(name: string): Promise<Ingest> {
  const home = join(folder, name);
  mkdirSync(join(home, "recent"), { recursive: true });
  const [port, httpPort, balancedPort] = [await freePort(), await freePort(), await freePort()];
  const options = {
    folder: home,
    bind: "127.0.0.1",
    rtmpPort: port,
    httpPort,
    ingest: name,
    boot: crypto.randomUUID(),
  };
  const text = rtmpConf(
    {
      ...options,
      edges: [`127.0.0.1:${edge.port}`],
      modulePath: existsSync(RTMP_MODULE) ? RTMP_MODULE : null,
      asRoot: process.getuid?.() === 0,
    },
    { httpHost: "127.0.0.1", pullers: ["127.0.0.1"], balancedPort },
  );
  writeFileSync(join(home, "nginx.conf"), text);
  const argv = [program("nginx"), "-e", "stderr", "-p", home, "-c", join(home, "nginx.conf")];
  const nginx = Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await until("the ingest", () => httpHealthy(`http://127.0.0.1:${httpPort}/healthz`));
  return {
    name,
    balancedPort,
    async kill() {
      nginx.kill("SIGTERM"); // Its worker goes with it.
      await nginx.exited;
    },
  };
}

test("an ingest sees the address of the encoder, not that of the balancer", async () => {
  await until("the encoder to publish", () => published.length > 0);
  expect(published[0]!.address).toBe("127.0.0.1");
});

test("an encoder whose ingest dies finds the other one at the same address within seconds", async () => {
  const [victim, count] = [published.at(-1)!.ingest, published.length];
  await ingests.find(({ name }) => name === victim)!.kill();
  const diedAt = performance.now();
  await until("the encoder to publish again", () => published.length > count);
  const again = published.at(-1)!;
  expect(again.ingest).not.toBe(victim);
  // The encoder itself waits for a second.
  expect(again.atMs - diedAt).toBeLessThan(patient(3_000));
});
