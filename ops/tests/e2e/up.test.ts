// `npm start` by the contract (§1): files it writes, processes it restarts, starts it refuses, and a clean end.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenFault } from "#ops/up/ports.ts";
import { patient } from "#schema/testing-slowness.ts";
import { descendantsOf, survivors } from "../support/descendants.ts";
import { bootSystem, freePortRow, runSupervisor, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const PROCESSES = ["actor-1", "edge-1", "nats", "nginx", "postgres", "redis", "s3"];
const STOP_WITHIN_MS = 10_000;

describe("a running system", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await bootSystem();
  });
  afterAll(() => system.stop());

  test("writes pid, json and log files of every process", () => {
    const pids = readdirSync(join(system.data, "run")).filter((file) => file.endsWith(".pid"));
    expect(pids.map((file) => file.replace(".pid", "")).sort()).toEqual(PROCESSES);
    for (const name of PROCESSES) {
      const run = JSON.parse(readFileSync(join(system.data, "run", `${name}.json`), "utf8"));
      expect(run.pid).toBe(Number(readFileSync(join(system.data, "run", `${name}.pid`), "utf8")));
      expect(existsSync(join(system.data, "log", `${name}.log`)), name).toBe(true);
      expect(run.starts, `${name} started once`).toBe(1);
    }
    const edge = JSON.parse(readFileSync(join(system.data, "run", "edge-1.json"), "utf8"));
    expect(edge.port).toBe(system.edgePort);
    expect(edge.internalPort).toBeGreaterThan(0);
  });

  test("prints where to watch, where OBS publishes, how to see a picture, and its limits", () => {
    const text = system.output();
    expect(text).toContain(system.url);
    expect(text).toContain(system.rtmpUrl);
    expect(text).toContain("npm run demo");
    expect(text).toContain("30 per minute and address");
  });

  test("answers on its public and internal ports", async () => {
    expect((await fetch(`${system.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${system.url}/readyz`)).json()).toMatchObject({ status: "ok" });
    for (const path of ["healthz", "readyz", "metrics"])
      expect((await fetch(`${system.internalUrl("actor-1")}/${path}`)).status, path).toBe(200);
  });

  test("does not reveal its secrets", () => {
    const secrets: Record<string, string> = JSON.parse(readFileSync(join(system.data, "secrets.json"), "utf8"));
    const output = system.output() + system.logs();
    for (const [name, secret] of Object.entries(secrets)) expect(output.includes(secret), name).toBe(false);
  });

  test.each(PROCESSES)("restarts %s after a kill, and stays healthy", async (name) => {
    const starts = system.startsOf(name);
    process.kill(system.pidOf(name), "SIGKILL");
    await system.restarted(name, starts);
    await until("the edge to be healthy", async () => {
      const answer = (await (await fetch(`${system.url}/readyz`)).json()) as { status: string };
      return answer.status === "ok";
    });
    if (name === "nginx") await until("nginx", async () => (await fetch(`${system.internalUrl("nginx")}/healthz`)).ok);
  });

  test("a second copy on the same data folder ends with one line that says so", async () => {
    const second = runSupervisor({ words: ["--data", system.data] });
    expect(await second.exited).toBe(1);
    expect(second.output().trim()).toBe(
      `already running on ${system.data} (pid ${system.supervisorPid}): stop it, or choose another folder with --data`,
    );
  });

  test("another copy runs beside it", async () => {
    const other = await bootSystem();
    try {
      expect((await fetch(`${other.url}/healthz`)).status).toBe(200);
      expect((await fetch(`${system.url}/healthz`)).status).toBe(200);
    } finally {
      expect(await other.stop()).toBe(0);
    }
  });
});

describe("ends", () => {
  const kept = mkdtempSync(join(tmpdir(), "e2e-kept-"));
  afterAll(() => rmSync(kept, { recursive: true, force: true }));

  test("SIGTERM leaves nothing behind, and the next start uses the same ports and secrets within 10 s", async () => {
    const first = await bootSystem({ data: kept });
    const ports = readFileSync(join(kept, "run", "ports.json"), "utf8");
    const secrets = readFileSync(join(kept, "secrets.json"), "utf8");
    const family = descendantsOf(first.supervisorPid);
    expect(family.length).toBeGreaterThanOrEqual(PROCESSES.length);
    const stopMs = performance.now();
    expect(await first.stop()).toBe(0);
    expect(performance.now() - stopMs).toBeLessThan(patient(STOP_WITHIN_MS));
    expect(survivors(family)).toEqual([]);
    expect(readdirSync(join(kept, "run")).filter((file) => /\.(pid|lock)$/.test(file))).toEqual([]);

    const startMs = performance.now();
    const second = await bootSystem({ data: kept });
    expect(performance.now() - startMs).toBeLessThan(patient(10_000));
    expect(readFileSync(join(kept, "run", "ports.json"), "utf8")).toBe(ports);
    expect(readFileSync(join(kept, "secrets.json"), "utf8")).toBe(secrets);
    expect(await second.stop()).toBe(0);
  });

  test("Ctrl-C during the start ends every process started so far", async () => {
    const edgePort = await freePortRow(1);
    const words = ["--data", kept, "--edge-port", String(edgePort), "--rtmp-port", String(await freePortRow(1))];
    const supervisor = runSupervisor({ words });
    await until("PostgreSQL to start", () => existsSync(join(kept, "run", "postgres.pid")), { everyMs: 5 });
    const family = descendantsOf(supervisor.pid);
    supervisor.signal("SIGINT");
    expect(await supervisor.exited).toBe(0);
    expect(survivors(family)).toEqual([]);
  });

  test("kill -9 of the supervisor leaves nothing behind, and the next start works", async () => {
    const system = await bootSystem({ data: kept });
    const family = descendantsOf(system.supervisorPid);
    await system.kill();
    await until("every process to be gone", () => survivors(family).length === 0, { withinMs: STOP_WITHIN_MS });
    expect(await listenFault("127.0.0.1", system.edgePort)).toBeNull();
    expect(await listenFault("127.0.0.1", system.rtmpPort)).toBeNull();
    // Like the data of an earlier version without users of the stores: their passwords are created.
    const file = join(kept, "secrets.json");
    const { databasePassword, jwtSecret, demoPassword } = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ databasePassword, jwtSecret, demoPassword }));
    const next = await bootSystem({ data: kept });
    expect(await (await fetch(`${next.url}/readyz`)).json()).toEqual({ status: "ok" });
    expect(await next.stop()).toBe(0);
  });
});

describe("refusals", () => {
  const folder = mkdtempSync(join(tmpdir(), "e2e-refused-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(["--edge-port", "--rtmp-port"])("a port that is taken is said in one line that names %s", async (flag) => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    const address = squatter.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const other = flag === "--edge-port" ? "--rtmp-port" : "--edge-port";
    const words = ["--data", folder, flag, String(port), other, String(await freePortRow(1))];
    const supervisor = runSupervisor({ words });
    expect(await supervisor.exited).toBe(1);
    squatter.close();
    expect(supervisor.output().trim().split("\n")).toEqual([
      `port ${port} is taken: choose another with ${flag}, e.g. npm start -- ${flag} ${port + 10}`,
    ]);
    expect(existsSync(join(folder, "postgres"))).toBe(false);
  });

  test("an unknown option is answered with the usage", async () => {
    const supervisor = runSupervisor({ words: ["--edgeport", "1"] });
    expect(await supervisor.exited).toBe(1);
    expect(supervisor.output()).toContain("usage: npm start");
  });

  test("wrong settings end the start with all faults, before any process runs", async () => {
    const words = [
      "--data",
      folder,
      "--edge-port",
      String(await freePortRow(1)),
      "--rtmp-port",
      String(await freePortRow(1)),
    ];
    const supervisor = runSupervisor({ words, env: { SOCKETS_PER_IP: "many", LINES_PER_30S_PER_USER: "-1" } });
    expect(await supervisor.exited).toBe(1);
    expect(supervisor.output()).toContain("SOCKETS_PER_IP");
    expect(supervisor.output()).toContain("LINES_PER_30S_PER_USER");
    expect(existsSync(join(folder, "postgres"))).toBe(false);
  });
});
