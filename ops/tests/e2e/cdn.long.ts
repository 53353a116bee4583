// A caching nginx in front of an edge, as a CDN: many players, few requests to the edge, and nobody sees old media.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { patient } from "#schema/testing-slowness.ts";
import { makeStreamKey, register } from "../support/api.ts";
import { followPlaylists } from "../support/playlists.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const PLAYERS = 20;
const FOR_MS = 20_000;
let system: TestSystem;
let publisher: Publisher;
let cdn: Awaited<ReturnType<typeof startCdn>>;
let login: string;
beforeAll(async () => {
  system = await bootSystem();
  cdn = await startCdn(system.edgePort);
  const ada = await register(system.url);
  ({ login } = ada);
  const { streamKey } = await makeStreamKey(system.url, ada);
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  const index = `${cdn.url}/live/${login}/index.m3u8`;
  await until("a playable playlist", async () => (await fetch(index)).ok, { withinMs: 15_000 });
}, patient(60_000));
afterAll(async () => {
  await publisher?.kill();
  await cdn?.stop();
  await system?.stop();
});

/** As README's "A cache in front of the edges" says: what the edges allow, and one request for what many ask. */
async function startCdn(edgePort: number) {
  const folder = mkdtempSync(join(tmpdir(), "cdn-"));
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (one) => `${one}_temp_path ${folder}/${one};`,
  );
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? "user root;\n" : ""}daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.join(" ")}
  proxy_cache_path ${folder}/cache keys_zone=media:10m max_size=200m;
  server {
    listen 127.0.0.1:${port};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    location / {
      proxy_cache media;
      proxy_cache_lock on;
      add_header x-cache $upstream_cache_status always;
      proxy_pass http://127.0.0.1:${edgePort};
    }
  }
}
`,
  );
  const nginx = Bun.spawn(dyingWithUs([program("nginx"), "-e", "stderr", "-p", folder, "-c", file]), {
    ...{ stdin: "ignore", stdout: "ignore", stderr: "inherit" },
  });
  const url = `http://127.0.0.1:${port}`;
  await until("the cache to listen", async () => (await fetch(`${url}/healthz`)).ok);
  return {
    url,
    async stop() {
      nginx.kill("SIGTERM");
      await nginx.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const mediaRequests = async () => {
  const text = await (await fetch(`${system.internalUrl("edge-1")}/metrics`)).text();
  return [...text.matchAll(/^media_requests_total\{kind="playlist"[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
};

test(
  "players at the cache see strict low-latency playlists that go on, for hardly more requests than one player costs",
  async () => {
    const before = await mediaRequests();
    const reports = await Promise.all(
      Array.from({ length: PLAYERS }, () => followPlaylists(`${cdn.url}/live/${login}/index.m3u8`, FOR_MS)),
    );
    const asked = (await mediaRequests()) - before;
    expect(reports.flatMap(({ faults }) => faults)).toEqual([]);
    const read = reports.reduce((sum, { count }) => sum + count, 0);
    console.log(`${PLAYERS} players read ${read} playlists; the edge was asked for ${asked}`);
    expect(asked).toBeLessThan(read / 4);
  },
  patient(90_000),
);

test("segments come from the cache the second time, and the API and pages never do", async () => {
  const status = async (path: string) => {
    await (await fetch(cdn.url + path)).arrayBuffer();
    return (await fetch(cdn.url + path)).headers.get("x-cache");
  };
  const index = await (await fetch(`${cdn.url}/live/${login}/index.m3u8`)).text();
  const rendition = index.split("\n").find((line) => line !== "" && !line.startsWith("#"))!;
  const playlist = await (await fetch(`${cdn.url}/live/${login}/${rendition}`)).text();
  const segment = playlist.split("\n").findLast((line) => line.endsWith(".m4s"))!;
  expect(await status(`/live/${login}/${segment}`)).toBe("HIT");
  for (const path of ["/", "/api/v1/channels", `/live/${login}/index.m3u8`]) expect(await status(path)).toBe("MISS");
});
