import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { patient } from "#schema/testing-slowness.ts";
import { DataFolder } from "./data-folder.ts";
import { birthOf, dyingWithUs } from "./processes.ts";
import { Service, type ServiceSpec } from "./service.ts";

let folder: DataFolder;
let said: string[];
let service: Service | undefined;

beforeEach(() => {
  folder = new DataFolder(mkdtempSync(join(tmpdir(), "service-")));
  said = [];
});
afterEach(async () => {
  await service?.stop();
  rmSync(folder.path, { recursive: true, force: true });
});

function make(script: string, spec: Partial<ServiceSpec> = {}) {
  service = new Service(
    {
      name: "toy",
      port: 1,
      launch: () => ({ argv: dyingWithUs(["sh", "-c", script]) }),
      healthy: async () => true,
      stop: { signal: "SIGTERM", withinMs: 300 },
      ...spec,
    },
    folder,
    (line) => said.push(line),
  );
  return service;
}

test("a service has its run files while it runs, and none after it stopped", async () => {
  await make("sleep 60").start();
  const run = folder.readRunFile("toy")!;
  expect(run).toMatchObject({ port: 1, starts: 1, birth: birthOf(run.pid) });
  await service!.stop();
  await service!.stop();
  expect(birthOf(run.pid)).toBeNull();
  expect(existsSync(folder.file("run", "toy.pid"))).toBe(false);
});

test("a service that dies is restarted, and the rest of its group is ended", async () => {
  await make("sleep 61 & echo $!; wait").start();
  const worker = Number(await until("the worker's pid", () => folder.logTail("toy", 1) || null));
  expect(birthOf(worker)).not.toBeNull();
  process.kill(folder.readRunFile("toy")!.pid, "SIGKILL");
  await until("a second start", () => folder.readRunFile("toy")?.starts === 2);
  expect(said[0]).toContain("toy ended (SIGKILL), restarts in 250 ms");
  expect(birthOf(worker)).toBeNull();
});

test("a service that ignores SIGTERM is killed after its time", async () => {
  await make("trap '' TERM; while :; do sleep 0.05; done").start();
  await Bun.sleep(100); // The trap must be set.
  const startMs = performance.now();
  await service!.stop();
  expect(performance.now() - startMs).toBeGreaterThan(250);
});

test("a service that keeps exiting before it is healthy fails the start, with the end of its log", async () => {
  const start = make("echo no luck today; exit 3", { healthy: async () => false }).start();
  await expect(start).rejects.toThrow("no luck today");
});

test("wrong settings fail the start at once", async () => {
  const startMs = performance.now();
  await expect(make("exit 78", { healthy: async () => false }).start()).rejects.toThrow("does not start");
  expect(performance.now() - startMs).toBeLessThan(patient(2_000));
});

test("a stop during the start rejects the start", async () => {
  const start = make("sleep 60", { healthy: async () => false }).start();
  const outcome = start.catch((error) => String(error));
  await Bun.sleep(50);
  await service!.stop();
  expect(await outcome).toContain("was stopped while it started");
});
