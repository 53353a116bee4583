// The S3 server must never lose or corrupt what it has acknowledged.

import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { freePort } from "#ops/up/ports.ts";
import { dyingWithUs } from "#ops/up/processes.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { ObjectMissing, ObjectsAway } from "#runtime/objects/objects.ts";
import { connectObjects, type S3Objects } from "#runtime/objects/objects-s3.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type S3Server, startS3 } from "./server.ts";

const keys = { accessKeyId: "test", secretAccessKey: "secret" };
const plain = { contentType: "text/plain" };
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const folderOf = () => {
  const folder = mkdtempSync(join(tmpdir(), "s3-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

function clientOf(endpoint: string): S3Objects {
  const config = { ...keys, endpoint, publicEndpoint: endpoint, region: "us-east-1", bucket: "live", pathStyle: true };
  const objects = connectObjects({ config, clock });
  undo.push(() => objects.stop());
  return objects;
}

async function serve(): Promise<{ server: S3Server; objects: S3Objects; bodies: () => number }> {
  const folder = folderOf();
  const server = await startS3({ folder, keys: { ...keys, region: "us-east-1" }, bucket: "live", durable: false });
  undo.push(() => server.stop());
  const bodies = () =>
    readdirSync(join(folder, "bodies"), { recursive: true }).filter((file) => String(file).includes("-")).length;
  return { server, objects: clientOf(server.url), bodies };
}

/** Bytes that begin with their own digest, so that a mixture of two is found. */
function sealed(length: number): Uint8Array {
  const bytes = Buffer.alloc(length, crypto.randomUUID());
  bytes.set(digest(bytes.subarray(32)), 0);
  return bytes;
}
const digest = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest();
const isSealed = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 32)).equals(digest(bytes.subarray(32)));

test("of two puts of one key at once, one is there, whole, and the other leaves nothing", async () => {
  const { objects, bodies } = await serve();
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 6 }, () => objects.put("k", sealed(200_000), plain)));
    expect(isSealed(await objects.get("k"))).toBe(true);
  }
  await until("replaced bodies to be gone", () => bodies() === 1);
});

test("a reader gets the object that it opened, also when it is replaced or removed meanwhile", async () => {
  const { objects, bodies } = await serve();
  const first = sealed(3_000_000);
  await objects.put("k", first, plain);
  const { stream } = await objects.open("k");
  const reader = stream.getReader();
  const chunks = [(await reader.read()).value!];
  await objects.put("k", sealed(1_000), plain);
  await objects.remove(["k"]);
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  expect(Buffer.compare(Buffer.concat(chunks), first)).toBe(0);
  await until("the removed body to be gone", () => bodies() === 0);
});

test("a body that breaks off leaves nothing", async () => {
  const { server, objects, bodies } = await serve();
  await objects.put("k", sealed(1_000), plain);
  const address = new URL(await signedPut(objects));
  const socket = connect(Number(address.port), "127.0.0.1");
  socket.on("error", () => {});
  const head = `PUT ${address.pathname}${address.search} HTTP/1.1\r\nHost: ${address.host}\r\nContent-Length: 1000000\r\n\r\n`;
  socket.write(head);
  socket.write(Buffer.alloc(400_000));
  await until("the body to arrive", () => bodies() === 2);
  socket.destroy();
  await until("what came to be gone", () => bodies() === 1);
  expect(isSealed(await objects.get("k"))).toBe(true);
  expect((await fetch(`${server.url}/_health`)).ok).toBe(true);
});

async function signedPut(objects: S3Objects): Promise<string> {
  const uploadId = await objects.uploads.begin("u", plain);
  return objects.uploads.signPart({ key: "u", uploadId, number: 1, bytes: 1_000_000, expiresInS: 60 });
}

test("with a full disk a put fails and the earlier object stays", async () => {
  const { server, objects } = await serve();
  await objects.put("k", sealed(1_000), plain);
  server.faults.now = { ...server.faults.now, diskFull: true };
  await expect(objects.put("k", sealed(2_000), plain)).rejects.toBeInstanceOf(ObjectsAway);
  expect((await objects.get("k")).length).toBe(1_000);
});

test("refusals, delay and slowness come on demand", async () => {
  const { server, objects } = await serve();
  const faults = (wanted: Partial<S3Server["faults"]["now"]>) => {
    server.faults.now = { ...server.faults.now, refusedShare: 0, delayMs: 0, bytesPerSecond: 0, ...wanted };
  };
  await objects.put("k", sealed(20_000), plain);
  faults({ refusedShare: 1 });
  await expect(objects.get("k")).rejects.toBeInstanceOf(ObjectsAway);
  faults({ delayMs: 300 });
  const fromMs = performance.now();
  await objects.look("k");
  expect(performance.now() - fromMs).toBeGreaterThan(290);
  faults({ bytesPerSecond: 40_000 });
  const slowFromMs = performance.now();
  expect(isSealed(await objects.get("k"))).toBe(true);
  expect(performance.now() - slowFromMs).toBeGreaterThan(400);
  faults({});
  await objects.put("k", sealed(100), plain);
});

test("after kill -9 in the middle of puts and restarts, every acknowledged object is whole and nothing else is left", async () => {
  const folder = folderOf();
  const port = await freePort();
  const start = async () => {
    const child = Bun.spawn(
      dyingWithUs([process.execPath, join(import.meta.dir, "main.ts"), "--folder", folder, "--port", String(port)]),
      {
        env: { ...process.env, S3_ACCESS_KEY_ID: keys.accessKeyId, S3_SECRET_ACCESS_KEY: keys.secretAccessKey },
        stdout: "ignore",
        stderr: "inherit",
      },
    );
    const healthy = () => fetch(`http://127.0.0.1:${port}/_health`).then(({ ok }) => ok);
    await until("the server to start", () => healthy().catch(() => false), { withinMs: patient(10_000) });
    return child;
  };
  const objects = clientOf(`http://127.0.0.1:${port}`);
  const acknowledged = new Map<string, string>();
  let count = 0;
  let busy = true;
  let child = await start();
  undo.push(() => child.kill("SIGKILL"));
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let n = 0; busy; n++) {
      const key = `w${writer}/${n % 20}`;
      const bytes = sealed(50_000 + n);
      // Until it is acknowledged, either the earlier or the new object may be there.
      acknowledged.delete(key);
      const done = await objects.put(key, bytes, plain).then(
        () => true,
        () => false,
      );
      if (done) {
        acknowledged.set(key, Buffer.from(bytes.subarray(0, 32)).toString("hex"));
        count++;
      } else await Bun.sleep(20);
    }
  });
  for (let round = 0; round < 4; round++) {
    const before = count;
    await until("more to be acknowledged", () => count > before + 5, { withinMs: patient(20_000) });
    child.kill("SIGKILL");
    await child.exited;
    child = await start();
  }
  busy = false;
  await Promise.all(writers);
  expect(acknowledged.size).toBeGreaterThan(10);
  for (const [key, seal] of acknowledged) {
    const bytes = await objects.get(key);
    expect([key, isSealed(bytes), Buffer.from(bytes.subarray(0, 32)).toString("hex")]).toEqual([key, true, seal]);
  }
  child.kill("SIGKILL");
  await child.exited;
  child = await start();
  const { items } = await objects.list("");
  const files = readdirSync(join(folder, "bodies"), { recursive: true }).filter((file) => String(file).includes("-"));
  expect(files.length).toBe(items.length);
  await expect(objects.get("never")).rejects.toBeInstanceOf(ObjectMissing);
}, 240_000);
