// The load balancer's configuration, on a real nginx in front of fake edges.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Balancer, HAS_IPV6, startBalancer } from "#ops/tests/support/balancer.ts";
import { freePort } from "#ops/up/ports.ts";
import { patient } from "#schema/testing-slowness.ts";
import { containerBalancerConf } from "./balancer.conf.ts";

const folder = mkdtempSync(join(tmpdir(), "edge-conf-"));
const certificate = join(folder, "cert.pem");
const key = join(folder, "key.pem");
/** Requests that reached the fake edges. */
const heard: { edge: string; method: string; path: string; headers: Headers }[] = [];
const edges: { name: string; port: number; stop(): void }[] = [];
/** A fake edge that takes a request and closes the connection without an answer. */
let cutter: { port: number; requests: number; stop(): void };
let balancer: Balancer;
let tlsPort: number;

beforeAll(async () => {
  for (const name of ["one", "two"]) edges.push(fakeEdge(name));
  cutter = fakeCutter();
  const made = Bun.spawnSync(
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -keyout ${key} -out ${certificate}`.split(
      " ",
    ),
  );
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  balancer = await startBalancer({ edges: edges.map(({ port }) => `127.0.0.1:${port}`) });
  tlsPort = await freePort();
});

afterAll(async () => {
  await balancer?.stop();
  for (const edge of edges) edge.stop();
  cutter?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("balancer.conf is what the code prints for containers", async () => {
  expect(await Bun.file(join(import.meta.dir, "balancer.conf")).text()).toBe(containerBalancerConf());
});

test("requests go to all edges", async () => {
  heard.length = 0;
  for (let index = 0; index < 10; index++) expect((await fetch(`${balancer.url}/api/v1/x`)).status).toBe(200);
  expect(new Set(heard.map(({ edge }) => edge)).size).toBe(2);
});

test("a client's claims about its address, scheme and host never reach an edge, on any path", async () => {
  const forged = {
    "x-forwarded-for": "9.9.9.9",
    "x-real-ip": "9.9.9.9",
    forwarded: "for=9.9.9.9",
    "x-forwarded-host": "evil",
    "x-forwarded-proto": "https",
  };
  for (const path of ["/x", "/live/anna/index.m3u8", "/api/v1/channels/anna/chat"]) {
    heard.length = 0;
    await fetch(`${balancer.url}${path}`, { headers: forged });
    const { headers } = heard[0]!;
    expect([path, headers.get("x-forwarded-for")]).toEqual([path, "127.0.0.1"]);
    expect(headers.get("x-forwarded-proto")).toBe("http");
    for (const name of ["x-real-ip", "forwarded", "x-forwarded-host"]) expect(headers.get(name)).toBeNull();
    expect(headers.get("host")).toBe(`127.0.0.1:${balancer.port}`);
  }
  await fetch(`${balancer.url6}/x`);
  expect(heard.at(-1)!.headers.get("x-forwarded-for")).toBe(HAS_IPV6 ? "::1" : "127.0.0.1");
});

test("a request keeps a valid id and otherwise gets a new one", async () => {
  heard.length = 0;
  for (const id of ["mine-1", "a b", "x".repeat(65)])
    await fetch(`${balancer.url}/x`, { headers: { "x-request-id": id } });
  expect(heard.map(({ headers }) => headers.get("x-request-id"))).toEqual([
    "mine-1",
    ...heard.slice(1).map(() => expect.stringMatching(/^[0-9a-f]{32}$/)),
  ]);
});

test("internal paths never reach an edge, however they are spelt", async () => {
  heard.length = 0;
  const paths = [
    "/hooks/rtmp/publish",
    "/hooks",
    "/metrics",
    "/stat",
    "/control/drop/publisher",
    "//metrics",
    "/Metrics",
    "/%6detrics",
    "/%2e/metrics",
    "/x/../metrics",
    "/live/..%2fmetrics",
    "/live/../hooks/rtmp/play",
    "/hooks/",
  ];
  for (const path of paths) expect([path, await rawStatus(balancer.port, "GET", path)]).toEqual([path, 404]);
  expect(heard).toEqual([]);
});

test("a write goes to the next edge when the first did not get it, and never to two edges", async () => {
  const dead = await freePort();
  const port = edges[0]!.port;
  const withDead = await startBalancer({ edges: [`127.0.0.1:${dead}`, `127.0.0.1:${port}`] });
  heard.length = 0;
  for (let index = 0; index < 6; index++)
    expect((await fetch(`${withDead.url}/api/v1/x`, { method: "POST", body: "{}" })).status).toBe(200);
  expect(heard).toHaveLength(6);
  await withDead.stop();

  // The cutter takes one of the two writes and hangs up: the write may have been done, so it is not repeated.
  const withCutter = await startBalancer({ edges: [`127.0.0.1:${cutter.port}`, `127.0.0.1:${port}`] });
  heard.length = 0;
  cutter.requests = 0;
  const statuses = [];
  for (let index = 0; index < 2; index++)
    statuses.push((await fetch(`${withCutter.url}/api/v1/x`, { method: "POST", body: "{}" })).status);
  expect(statuses.sort()).toEqual([200, 503]);
  expect([cutter.requests, heard.length]).toEqual([1, 1]);
  // A read is repeated at the next edge.
  for (let index = 0; index < 4; index++) expect((await fetch(`${withCutter.url}/x`)).status).toBe(200);
  expect(cutter.requests).toBeGreaterThan(1);
  await withCutter.stop();
});

test("without any edge the answer is 503 with Retry-After", async () => {
  const alone = await startBalancer({ edges: [`127.0.0.1:${await freePort()}`] });
  const response = await fetch(`${alone.url}/api/v1/x`);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await response.json()).toMatchObject({ code: "unavailable", status: 503, requestId: expect.any(String) });
  await alone.stop();
});

test("a chat socket that a full edge refuses is opened at the next edge", async () => {
  for (let index = 0; index < 4; index++) {
    const socket = new WebSocket(`ws://127.0.0.1:${balancer.port}/api/v1/channels/anna/chat`);
    const echo = Promise.withResolvers<string>();
    socket.onmessage = ({ data }) => echo.resolve(String(data));
    socket.onerror = () => echo.reject(new Error("refused"));
    socket.onopen = () => socket.send("hello");
    expect(await echo.promise).toBe("two: hello");
    socket.close();
  }
});

test("media is passed on byte by byte", async () => {
  const response = await fetch(`${balancer.url}/live/anna/slow`);
  const reader = response.body!.getReader();
  const startMs = performance.now();
  const first = await reader.read();
  expect(new TextDecoder().decode(first.value)).toBe("first");
  expect(performance.now() - startMs).toBeLessThan(patient(400));
  await reader.cancel();
});

test("a body over 1 MB is refused with 413 before it reaches an edge", async () => {
  heard.length = 0;
  const response = await fetch(`${balancer.url}/api/v1/x`, { method: "POST", body: "x".repeat(1024 * 1024 + 1) });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: "too_large" });
  expect(heard).toEqual([]);
});

test("an address over its limit gets 429, and another address is served", async () => {
  const limited = await startBalancer({
    edges: [`127.0.0.1:${edges[0]!.port}`],
    limits: { apiPerS: 1, apiBurst: 3 },
  });
  const statuses = [];
  for (let index = 0; index < 8; index++) statuses.push((await fetch(`${limited.url}/x`)).status);
  expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 200]);
  expect(statuses.slice(5)).toEqual([429, 429, 429]);
  if (HAS_IPV6) expect((await fetch(`${limited.url6}/x`)).status).toBe(200);
  expect(limited.logs()).toContain('"status":429');
  await limited.stop();
});

test("TLS 1.3 and HTTP/2 are served, TLS 1.1 is refused, and plain HTTP redirects to https", async () => {
  const secure = await startBalancer({
    edges: [`127.0.0.1:${edges[0]!.port}`],
    tls: { listens: [`127.0.0.1:${tlsPort}`], certificate, key },
  });
  // Not spawnSync, since the fake edges run in this process.
  const curl = async (...words: string[]) => {
    const common = ["curl", "-sS", "--noproxy", "*", "--cacert", certificate, "-o", "/dev/null", "-m", "5"];
    const child = Bun.spawn([...common, ...words], { stdout: "pipe", stderr: "ignore" });
    return { exitCode: await child.exited, printed: await new Response(child.stdout).text() };
  };
  const address = ["--resolve", `localhost:${tlsPort}:127.0.0.1`, `https://localhost:${tlsPort}/x`];
  expect((await curl("-w", "%{http_version} %{http_code}", "--tlsv1.3", ...address)).printed).toBe("2 200");
  expect((await curl("--tls-max", "1.1", ...address)).exitCode).not.toBe(0);
  heard.length = 0;
  expect((await curl("--http1.1", ...address)).exitCode).toBe(0);
  expect(heard[0]!.headers.get("x-forwarded-proto")).toBe("https");
  const plain = await fetch(`${secure.url}/x?y=1`, { redirect: "manual" });
  expect([plain.status, plain.headers.get("location")]).toEqual([308, "https://127.0.0.1/x?y=1"]);
  await secure.stop();
});

function fakeEdge(name: string) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request, server) {
      const { pathname } = new URL(request.url);
      heard.push({ edge: name, method: request.method, path: pathname, headers: request.headers });
      if (request.headers.has("upgrade")) {
        if (name === "one") return new Response("full", { status: 503 });
        return server.upgrade(request) ? undefined : new Response(null, { status: 400 });
      }
      if (pathname.endsWith("/slow"))
        return new Response(
          new ReadableStream({
            async start(stream) {
              stream.enqueue(new TextEncoder().encode("first"));
              await Bun.sleep(600);
              stream.close();
            },
          }),
        );
      await request.arrayBuffer();
      return new Response("ok");
    },
    websocket: { message: (socket, data) => void socket.send(`${name}: ${data}`) },
  });
  return { name, port: server.port!, stop: () => void server.stop(true) };
}

function fakeCutter() {
  const cutter = { port: 0, requests: 0, stop: () => server.stop(true) };
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        cutter.requests++;
        socket.end();
      },
    },
  });
  cutter.port = server.port;
  return cutter;
}

/** Sends the path unchanged; `fetch` would normalise it. */
function rawStatus(port: number, method: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])));
  });
}
