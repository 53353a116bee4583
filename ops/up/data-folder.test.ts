import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "./data-folder.ts";
import { DataTaken, endLeftovers, lockData } from "./lock.ts";
import { listenFault, rememberedPorts } from "./ports.ts";
import { birthOf, lives } from "./processes.ts";

let folder: DataFolder;

beforeEach(() => {
  folder = new DataFolder(mkdtempSync(join(tmpdir(), "data-")));
});
afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

test("secrets are made once, differ from each other, and only their owner may read them", () => {
  const secrets = folder.secrets();
  expect(new Set(Object.values(secrets)).size).toBe(12);
  expect(secrets.jwtSecret.length).toBeGreaterThanOrEqual(32);
  expect(statSync(folder.file("secrets.json")).mode & 0o777).toBe(0o600);
  expect(new DataFolder(folder.path).secrets()).toEqual(secrets);
});

test("secrets.json of an earlier version gets the missing secrets and keeps the others", () => {
  writeFileSync(folder.file("secrets.json"), JSON.stringify({ jwtSecret: "x".repeat(40) }));
  const { jwtSecret, databasePassword } = folder.secrets();
  expect(jwtSecret).toBe("x".repeat(40));
  expect(folder.secrets().databasePassword).toBe(databasePassword);
});

test("a failed write of the secrets leaves the old file unchanged", () => {
  const before = JSON.stringify({ databasePassword: "the only one" });
  writeFileSync(folder.file("secrets.json"), before);
  mkdirSync(folder.file("secrets.json.new", "in the way"), { recursive: true });
  expect(() => folder.secrets()).toThrow();
  expect(readFileSync(folder.file("secrets.json"), "utf8")).toBe(before);
});

test("a long log is renamed at start, and emptied while its process runs", () => {
  writeFileSync(folder.logFile("a"), "x".repeat(11 * 1024 * 1024));
  closeSync(folder.openLog("a"));
  expect(statSync(folder.logFile("a")).size).toBe(0);
  expect(statSync(`${folder.logFile("a")}.1`).size).toBe(11 * 1024 * 1024);
  writeFileSync(folder.logFile("b"), "x".repeat(11 * 1024 * 1024));
  folder.truncateLog("b");
  expect(statSync(folder.logFile("b")).size).toBe(0);
});

test("ports are remembered, and replaced when another process listens on them", async () => {
  const file = folder.file("run", "ports.json");
  const before = await rememberedPorts(file, ["a", "b"]);
  const again = await rememberedPorts(file, ["a", "b"]);
  expect([again("a"), again("b")]).toEqual([before("a"), before("b")]);
  const squatter = createServer().listen(before("a"), "127.0.0.1");
  await new Promise((resolve) => squatter.once("listening", resolve));
  expect(await listenFault("127.0.0.1", before("a"))).toBe("EADDRINUSE");
  const moved = await rememberedPorts(file, ["a", "b"]);
  expect(moved("a")).not.toBe(before("a"));
  expect(moved("b")).toBe(before("b"));
  const apart = await rememberedPorts(file, ["a", "b"], [before("b")]);
  expect(apart("b")).not.toBe(before("b"));
  squatter.close();
});

test("a folder is locked while its holder lives, and free after the holder was killed", () => {
  const unlock = lockData(folder);
  expect(() => lockData(folder)).toThrow(DataTaken);
  unlock();
  writeFileSync(
    folder.file("run", "supervisor.lock"),
    JSON.stringify({ pid: process.pid, birth: "of an earlier one" }),
  );
  lockData(folder)();
});

test("processes of a dead supervisor are ended, and another process with a reused pid is not", async () => {
  const left = Bun.spawn(["sleep", "60"], { detached: true });
  const stranger = Bun.spawn(["sleep", "60"], { detached: true });
  folder.writeRunFile("left", { pid: left.pid, starts: 1, birth: birthOf(left.pid) });
  folder.writeRunFile("stranger", { pid: stranger.pid, starts: 1, birth: "another" });
  await endLeftovers(folder);
  expect(await left.exited).not.toBe(0);
  expect(lives(stranger.pid, birthOf(stranger.pid))).toBe(true);
  expect(existsSync(folder.file("run", "left.json"))).toBe(false);
  stranger.kill("SIGKILL");
  await stranger.exited;
});
