// Media delivery: an edge with the segment in its cache, against nginx with the segment on disk. Design, Targets: ≥ 0.7 ×.

import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mediaPath } from "#schema/wire/media.ts";
import type { Load } from "./load.ts";
import { startMediaEdge } from "./media-edge-process.ts";
import { type BenchResult, median } from "./result.ts";

const CONNECTIONS = 32;
const ROUNDS = 5;
const ROUND_MS = 1_100;
/** Half a second and two seconds of 4 Mbit/s, the usual requests of players. */
const SIZES = [
  { what: "part of 250 KB", number: 1, bytes: 250_000 },
  { what: "segment of 1 MB", number: 2, bytes: 1_000_000 },
];
const CHANNEL = "0190f3b0-0000-7000-8000-000000000001";
const BROADCAST = "0190f3b0-0000-7000-8000-00000000000b";

interface Server {
  name: string;
  pid: number;
  /** URL of segment `number`. */
  url(number: number): string;
  stop(): Promise<void>;
}

export async function benchMedia(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), "bench-media-"));
  const servers: Server[] = [];
  try {
    for (const { number, bytes } of SIZES) {
      const path = join(folder, "files", mediaPath.segment(BROADCAST, "source", number));
      await mkdir(join(path, ".."), { recursive: true });
      await Bun.write(path, crypto.getRandomValues(new Uint8Array(65_536)).toBase64().repeat(12).slice(0, bytes));
    }
    const edge = await startEdge(join(folder, "files"));
    servers.push(edge);
    const nginx = await startNginx(folder);
    servers.push(nginx);
    const rows = [];
    for (const size of SIZES) rows.push(await compare(size, edge, nginx));
    return {
      title: "Media delivery by an edge",
      target: "≥ 0.7 × nginx serving the same bytes from disk (requests/s, median of ratios)",
      method: `${CONNECTIONS} keep-alive connections from one client process, ${ROUNDS} interleaved rounds of ${ROUND_MS} ms each; one process each side (nginx: 1 worker, sendfile)`,
      header: [
        "what",
        "edge req/s",
        "edge µs CPU/req",
        "edge p50/p99 ms",
        "nginx req/s",
        "nginx µs CPU/req",
        "nginx p50/p99 ms",
        "ratio",
      ],
      rows,
    };
  } finally {
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true });
  }
}

async function compare({ what, number }: (typeof SIZES)[number], edge: Server, nginx: Server): Promise<string[]> {
  for (const server of [edge, nginx]) await measure(server, number, 300); // Warms up: cache, page cache, compiled code.
  const rounds: { edge: Measured; nginx: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // The order alternates, so that neither server always gets the warmer machine.
    const first = round % 2 === 0 ? edge : nginx;
    const one = await measure(first, number, ROUND_MS);
    const other = await measure(first === edge ? nginx : edge, number, ROUND_MS);
    rounds.push(first === edge ? { edge: one, nginx: other } : { edge: other, nginx: one });
  }
  const of = (side: "edge" | "nginx", pick: (measured: Measured) => number) => median(rounds.map((r) => pick(r[side])));
  const cells = (side: "edge" | "nginx") => [
    of(side, (m) => m.perSecond).toFixed(0),
    of(side, (m) => m.cpuMicros).toFixed(0),
    `${of(side, (m) => m.p50Ms).toFixed(1)} / ${of(side, (m) => m.p99Ms).toFixed(1)}`,
  ];
  const ratio = median(rounds.map((r) => r.edge.perSecond / r.nginx.perSecond));
  return [what, ...cells("edge"), ...cells("nginx"), ratio.toFixed(2)];
}

interface Measured {
  perSecond: number;
  cpuMicros: number;
  p50Ms: number;
  p99Ms: number;
}

async function measure(server: Server, number: number, ms: number): Promise<Measured> {
  const before = await cpuMicros(server.pid);
  const client = Bun.spawn(
    [process.execPath, join(import.meta.dir, "load.ts"), server.url(number), String(CONNECTIONS), String(ms)],
    { stdout: "pipe", stderr: "inherit" },
  );
  const load = JSON.parse(await new Response(client.stdout).text()) as Load;
  if (load.errors > 0 || load.requests === 0) throw new Error(`${server.name}: ${load.errors} answers were not 200`);
  const used = (await cpuMicros(server.pid)) - before;
  return {
    perSecond: load.requests / load.seconds,
    cpuMicros: used / load.requests,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
  };
}

/** CPU time of a process and its children so far; a tick is 10 ms. NaN where there is no /proc. */
export async function cpuMicros(pid: number): Promise<number> {
  if (process.platform !== "linux") return Number.NaN;
  let ticks = 0;
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const children = await readFile(`/proc/${pid}/task/${task}/children`, "utf8");
    for (const child of children.split(" ").filter(Boolean)) ticks += (await cpuMicros(Number(child))) / 10_000;
  }
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  return (ticks + Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function startEdge(files: string): Promise<Server> {
  const origin = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) =>
      new Response(Bun.file(`${files}/${new URL(request.url).pathname.split("/").slice(3).join("/")}`)),
  });
  const edge = await startMediaEdge([`http://127.0.0.1:${origin.port}`, CHANNEL, BROADCAST]);
  return {
    name: "edge",
    pid: edge.pid,
    url: (number) => `${edge.url}/live/bench/${mediaPath.segment(BROADCAST, "source", number)}`,
    async stop() {
      await edge.stop();
      await origin.stop(true);
    },
  };
}

async function startNginx(folder: string): Promise<Server> {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const port = probe.port;
  await probe.stop(true);
  const config = `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
${process.getuid?.() === 0 ? "user root;" : ""}
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; types { video/mp4 m4s; }
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port}; root ${folder}/files; }
}`;
  await Bun.write(`${folder}/nginx.conf`, config);
  const child = Bun.spawn(["nginx", "-c", `${folder}/nginx.conf`, "-p", folder], {
    stderr: "ignore",
    stdout: "ignore",
  });
  const server: Server = {
    name: "nginx",
    pid: child.pid,
    url: (number) => `http://127.0.0.1:${port}/${mediaPath.segment(BROADCAST, "source", number)}`,
    stop: () => stopped(child),
  };
  for (let attempt = 0; attempt < 50; attempt++) {
    const answers = await fetch(server.url(1)).then(
      (response) => response.ok,
      () => false,
    );
    if (answers) return server;
    if (child.exitCode !== null) break;
    await Bun.sleep(50);
  }
  await stopped(child);
  throw new Error(`nginx did not start: ${await Bun.file(`${folder}/error.log`).text()}`);
}

async function stopped(child: Bun.Subprocess) {
  child.kill();
  await child.exited;
}
