// RTMPS with the real nginx: encoders reach nginx-rtmp under their own address, and a renewed certificate counts without a restart.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { rtmpsChecks } from "#ops/operator/doctor/rtmps.ts";
import { connectPublisher } from "#ops/tests/support/encoder/rtmp-publisher.ts";
import { until } from "#ops/tests/support/until.ts";
import { httpHealthy } from "#ops/up/health.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs, program } from "#ops/up/processes.ts";
import { developmentCertificate } from "#ops/up/rtmps-certificate.ts";
import { hasStreamTls, modulePath } from "#ops/up/services/nginx-modules.ts";
import { patient } from "#schema/testing-slowness.ts";
import { rtmpConf } from "./rtmp.conf.ts";

const KEY = "live_right_key_5f1c";
const folder = mkdtempSync(join(tmpdir(), "rtmps-"));
const bodies: URLSearchParams[] = [];
const undo: (() => unknown)[] = [];
let port = 0;
let innerPort = 0;
let rtmpPort = 0;
let conf = "";

const makeCertificate = () =>
  developmentCertificate({ folder: join(folder, "tls"), host: "127.0.0.1", nowMs: Date.now() })!;
const server = () => `rtmps://127.0.0.1:${port}/live`;
const log = () => readFileSync(join(folder, "error.log"), "utf8");
const hookOf = (name: string) =>
  until(`the hook of ${name}`, () =>
    bodies.find((body) => body.get("name") === name && body.get("call") === "publish"),
  );

beforeAll(async () => {
  const edge = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const body = new URLSearchParams(await request.text());
      bodies.push(body);
      return new Response(null, { status: body.get("name")?.startsWith(KEY) ? 204 : 403 });
    },
  });
  undo.push(() => edge.stop(true));
  const httpPort = await freePort();
  [port, innerPort, rtmpPort] = [await freePort(), await freePort(), await freePort()];
  conf = rtmpConf({
    folder,
    bind: "127.0.0.1",
    rtmpPort,
    httpPort,
    edges: [`127.0.0.1:${edge.port}`],
    ingest: "main",
    boot: crypto.randomUUID(),
    modulePath: modulePath("rtmp"),
    rtmps: { port, innerPort, ...makeCertificate(), modulePath: modulePath("stream") },
    asRoot: process.getuid?.() === 0,
  });
  writeFileSync(join(folder, "nginx.conf"), conf);
  const argv = [program("nginx"), "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
  const nginx = Bun.spawn(dyingWithUs(argv), { stderr: Bun.file(join(folder, "error.log")), stdout: "ignore" });
  undo.push(async () => {
    nginx.kill("SIGTERM");
    await nginx.exited;
  });
  await until("nginx", () => httpHealthy(`http://127.0.0.1:${httpPort}/healthz`));
});

afterAll(async () => {
  for (const step of undo.reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

/** What the server presents: fingerprint and end of its certificate, and the TLS version. Rejects when there is no handshake. */
const handshake = (options: { maxVersion?: "TLSv1.1" | "TLSv1.2" } = {}) =>
  new Promise<{ print: string; protocol: string | null }>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, minVersion: "TLSv1", ...options });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
    socket.once("secureConnect", () => {
      resolve({ print: socket.getPeerCertificate().fingerprint256, protocol: socket.getProtocol() });
      socket.destroy();
    });
  });

test("this machine's nginx can do RTMPS", () => {
  expect(hasStreamTls()).toBe(true);
});

test("a hook names the encoder's address, not that of the stream block", async () => {
  const publisher = await connectPublisher({ server: server(), key: `${KEY}_far`, localAddress: "127.0.0.5" });
  const hook = await hookOf(`${KEY}_far`);
  expect([hook.get("addr"), hook.get("tcurl")]).toEqual(["127.0.0.5", server()]);
  expect(publisher.open).toBe(true);
  publisher.close();
  const plain = await connectPublisher({ server: `rtmp://127.0.0.1:${rtmpPort}/live`, key: `${KEY}_plain` });
  expect((await hookOf(`${KEY}_plain`)).get("addr")).toBe("127.0.0.1");
  plain.close();
});

test("a wrong key is refused under the address that showed it, and is in no log", async () => {
  const guess = connectPublisher({ server: server(), key: "live_wrong_key", localAddress: "127.0.0.6" });
  const closed = await guess.then(
    ({ closed }) => closed.then(() => "closed"),
    () => "closed",
  );
  expect(closed).toBe("closed");
  expect((await hookOf("live_wrong_key")).get("addr")).toBe("127.0.0.6");
  expect(log()).not.toContain("live_wrong_key");
  expect(log()).not.toContain(KEY);
});

test("a stream can be played through RTMPS only from an address that may pull", async () => {
  const publisher = await connectPublisher({ server: server(), key: `${KEY}_played` });
  const refusedFrom = (address: string) => log().includes(`access forbidden by rule, client: ${address}`);
  await play({ key: `${KEY}_played`, localAddress: "127.0.0.7" });
  expect(refusedFrom("127.0.0.7")).toBe(true);
  // 127.0.0.1 is one of the pullers; nothing is sent, so FFmpeg has nothing to show.
  await play({ key: `${KEY}_played`, localAddress: "127.0.0.1" });
  expect(refusedFrom("127.0.0.1")).toBe(false);
  expect(bodies.some((body) => body.get("call") === "play" && body.get("addr") === "127.0.0.1")).toBe(true);
  publisher.close();
});

/** FFmpeg cannot choose its address, so it plays through a relay that does. Resolves when it has ended. */
async function play({ key, localAddress }: { key: string; localAddress: string }) {
  const relay = createServer((client) => {
    const raw = createConnection({ host: "127.0.0.1", port, localAddress });
    const secure = connect({ socket: raw, rejectUnauthorized: false });
    for (const socket of [client, raw, secure]) socket.on("error", () => client.destroy());
    client.pipe(secure).pipe(client);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => relay.once("listening", resolve));
  const from = `rtmp://127.0.0.1:${(relay.address() as AddressInfo).port}/live/${key}`;
  const player = Bun.spawn(dyingWithUs(["ffprobe", "-v", "error", from]), { stdout: "ignore", stderr: "ignore" });
  const plays = () => bodies.some((body) => body.get("call") === "play" && body.get("addr") === localAddress);
  await until(`${localAddress} to play`, plays);
  await Promise.race([player.exited, Bun.sleep(patient(500))]);
  player.kill();
  await player.exited;
  relay.close();
}

test("a renewed certificate counts from the next connection on, and encoders stay connected", async () => {
  const publisher = await connectPublisher({ server: server(), key: `${KEY}_stays` });
  const before = (await handshake()).print;
  rmSync(join(folder, "tls"), { recursive: true });
  makeCertificate();
  const after = (await handshake()).print;
  expect(after).not.toBe(before);
  expect(publisher.open).toBe(true);
  publisher.close();
});

test("TLS 1.2 and 1.3 are spoken, and nothing older", async () => {
  expect((await handshake()).protocol).toBe("TLSv1.3");
  expect((await handshake({ maxVersion: "TLSv1.2" })).protocol).toBe("TLSv1.2");
  await expect(handshake({ maxVersion: "TLSv1.1" })).rejects.toThrow();
});

test("one address has a hundred connections at most, others are not affected", async () => {
  const crowd = Array.from({ length: 130 }, () =>
    connect({ host: "127.0.0.1", port, rejectUnauthorized: false }).on("error", () => {}),
  );
  try {
    await until("the limit", () => crowd.filter(({ readyState }) => readyState === "closed").length >= 30);
    expect(log()).toContain("limiting connections by zone");
    const far = await connectPublisher({ server: server(), key: `${KEY}_beside`, localAddress: "127.0.0.5" });
    expect(far.open).toBe(true);
    far.close();
  } finally {
    for (const socket of crowd) socket.destroy();
  }
});

test("the doctor counts the certificate's days, and finds a missing one", async () => {
  const check = async (nowMs: number) => (await rtmpsChecks({ conf, log: "see the log", nowMs }))[0];
  const DAY_MS = 86_400_000;
  await until("connections to be free again", async () => (await check(Date.now()))?.state === "ok");
  expect(await check(Date.now())).toMatchObject({ found: "its certificate is valid for 824 days" });
  expect((await check(Date.now() + 820 * DAY_MS))?.state).toBe("warning");
  expect((await check(Date.now() + 830 * DAY_MS))?.state).toBe("fault");
  expect(await rtmpsChecks({ conf: "rtmp { }", log: "", nowMs: 0 })).toEqual([]);
  rmSync(join(folder, "tls"), { recursive: true });
  expect(await check(Date.now())).toMatchObject({ state: "fault", found: `no handshake on port ${port}` });
});
