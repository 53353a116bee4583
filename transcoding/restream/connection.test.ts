// Connections to targets over real sockets.

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, ManualClock, systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { createVet, type Lookup, type Vet } from "#runtime/outbound/vet.ts";
import { patient } from "#schema/testing-slowness.ts";
import { parseTargetUrl } from "#schema/wire/targets.ts";
import { type ConnectionOptions, openConnection, type TargetConnection } from "./connection.ts";
import { startTarget, type TestTarget } from "./testing-target.ts";

const folder = mkdtempSync(join(tmpdir(), "target-"));
const KEY = "live_the_secret_key_0123456789";
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});
beforeAll(() => {
  const words = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=t"];
  const made = Bun.spawnSync(
    ["openssl", "req", "-x509", ...words, "-addext", "subjectAltName=DNS:target.test"].concat(
      ...[
        ["-keyout", join(folder, "key.pem")],
        ["-out", join(folder, "cert.pem")],
      ],
    ),
    { stderr: "pipe" },
  );
  if (!made.success) throw new Error(`openssl: ${made.stderr}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const pem = (name: string) => readFileSync(join(folder, name), "utf8");
const serverTls = () => ({ key: pem("key.pem"), cert: pem("cert.pem") });
const loopback: Lookup = async () => [{ address: "127.0.0.1", family: 4 }];
const inside = (lookup = loopback) => createVet({ clock: systemClock, networks: ["127.0.0.0/8"], lookup });

async function target(options: Parameters<typeof startTarget>[0] = {}): Promise<TestTarget> {
  const started = await startTarget(options);
  undo.push(() => started.close());
  return started;
}

interface Opening extends Partial<ConnectionOptions> {
  vet?: Vet;
  clock?: Clock;
}

/** Resolves with what became of it first: `up`, or why it ended. */
function open(url: string, options: Opening = {}) {
  const outcome = Promise.withResolvers<string>();
  const end = Promise.withResolvers<string>();
  const connection: TargetConnection = openConnection({
    ...{ clock: systemClock, random: systemRandom, vet: inside(), encoder: "us", streamKey: KEY },
    address: parseTargetUrl(url)!,
    onUp: () => outcome.resolve("up"),
    onEnd(why) {
      outcome.resolve(why);
      end.resolve(why);
    },
    ...options,
  });
  undo.push(() => connection.stop("kill"));
  return { connection, outcome: outcome.promise, end: end.promise };
}
const until = async (holds: () => boolean) => {
  for (let left = patient(10_000); !holds(); left -= 20) {
    if (left < 0) throw new Error("it did not come true");
    await Bun.sleep(20);
  }
};

test("what is published arrives, with goodbye at the end", async () => {
  const service = await target();
  const { connection, outcome } = open(`rtmp://service.test:${service.port}/live`);
  expect(await outcome).toBe("up");
  connection.publisher!.media(9, 7, new Uint8Array(50_000).fill(5));
  await until(() => service.messages.length === 1);
  expect(service.messages[0]).toEqual({ type: 9, timestamp: 7, body: new Uint8Array(50_000).fill(5) });
  await connection.stop("ask");
  await until(() => service.commands.length === 7);
  expect(service.commands.slice(4)).toEqual([`publish ${KEY}`, `FCUnpublish ${KEY}`, "deleteStream"]);
});

test.each([
  ["refuse", "key_refused"],
  ["shut", "key_refused"],
  ["garbage", "not_rtmp"],
] as const)("a service that answers with %s is %s", async (how, why) => {
  const service = await target({ how });
  expect(await open(`rtmp://service.test:${service.port}/live`).outcome).toBe(why);
});

test("a service that says nothing, or goes away, or is not there", async () => {
  const silent = await target({ how: "hang" });
  const clock = new ManualClock();
  const { outcome } = open(`rtmp://service.test:${silent.port}/live`, { clock });
  await until(() => silent.connections === 1);
  await Bun.sleep(50);
  await clock.settle(10_000, 500);
  expect(await outcome).toBe("not_rtmp");

  const leaving = await target();
  const there = open(`rtmp://service.test:${leaving.port}/live`);
  expect(await there.outcome).toBe("up");
  leaving.drop();
  expect(await there.end).toBe("closed");

  await leaving.close();
  expect(await open(`rtmp://service.test:${leaving.port}/live`).outcome).toBe("unreachable");
});

test("a service that reads nothing holds what is sent to it, and is given up", async () => {
  const service = await target();
  const clock = new ManualClock();
  const { connection, outcome, end } = open(`rtmp://service.test:${service.port}/live`, { clock });
  expect(await outcome).toBe("up");
  service.pause();
  const piece = new Uint8Array(1024 * 1024);
  for (let i = 0; connection.heldBytes < 4 * piece.length; i++) {
    if (i > 200) throw new Error("the sockets take everything");
    connection.publisher!.media(9, i, piece);
    await Bun.sleep(1);
  }
  await Bun.sleep(100);
  expect(connection.heldBytes).toBeGreaterThan(0);
  await clock.settle(15_000, 500);
  expect(await end).toBe("stalled");
});

test("RTMPS is for the name of the certificate alone, and for one that is trusted", async () => {
  const service = await target({ tls: serverTls() });
  const ca = pem("cert.pem");
  const at = (host: string) => `rtmps://${host}:${service.port}/live`;
  expect(await open(at("target.test"), { ca }).outcome).toBe("up");
  expect(await open(at("other.test"), { ca }).outcome).toBe("certificate");
  expect(await open(at("127.0.0.1"), { ca }).outcome).toBe("certificate");
  expect(await open(at("target.test")).outcome).toBe("certificate");
  // It speaks no TLS.
  const plain = await target({ how: "garbage" });
  expect(["certificate", "unreachable", "not_rtmp"]).toContain(
    await open(`rtmps://target.test:${plain.port}/live`, { ca }).outcome,
  );
  expect(service.commands.filter((command) => command.startsWith("publish"))).toEqual([`publish ${KEY}`]);
});

test("internal addresses are never dialled, and a name is asked once for each connection", async () => {
  const service = await target();
  const url = `rtmp://service.test:${service.port}/live`;
  const vet = createVet({ clock: systemClock, lookup: loopback });
  expect(await open(url, { vet }).outcome).toBe("address_refused");
  let asked = 0;
  // The second answer would lead elsewhere.
  const rebinding: Lookup = async () => [{ address: asked++ === 0 ? "127.0.0.1" : "127.0.0.9", family: 4 }];
  expect(await open(url, { vet: inside(rebinding) }).outcome).toBe("up");
  expect([asked, service.connections]).toEqual([1, 1]);
});

test("a stop before it stands leaves nothing, and reports nothing", async () => {
  const service = await target({ how: "hang" });
  for (const waitMs of [0, 5, 50]) {
    let told = false;
    const { connection } = open(`rtmp://service.test:${service.port}/live`, {
      onUp: () => {
        told = true;
      },
      onEnd: () => {
        told = true;
      },
    });
    await Bun.sleep(waitMs);
    await connection.stop("ask");
    await connection.stop("kill");
    expect(told).toBe(false);
  }
});
