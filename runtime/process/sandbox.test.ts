// The sandbox, with real programs.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemProcesses } from "./process-bun.ts";
import { findSandbox, type Sandbox } from "./sandbox.ts";

const LIMITS = { addressSpaceBytesMax: 512 * 1024 * 1024, cpuMaxS: 5, fileBytesMax: 1_000 };
const linux = process.platform === "linux";

let root: string;
let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await findSandbox({ processes: systemProcesses, log: { warn: () => {} }, niceness: 0 });
  // Closed to others above, as data below a home folder is.
  root = mkdtempSync(join(tmpdir(), "sandbox-"));
  folder = join(root, "box");
  mkdirSync(folder, { mode: 0o700 });
  if (sandbox.userId !== null) chownSync(folder, sandbox.userId, sandbox.userId);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function run(script: string, limits = LIMITS) {
  let output = "";
  const { promise: ended, resolve: onOutputEnd } = Promise.withResolvers<void>();
  const child = systemProcesses.spawn({
    argv: sandbox.argv(["sh", "-c", script], { folder, limits }),
    onOutput: (chunk) => {
      output += new TextDecoder().decode(chunk);
    },
    onOutputEnd,
  });
  const exit = await child.exited;
  await ended;
  return { ...exit, output: output.trim() };
}

test("a program works in its folder, by names relative to it, and sees none of our settings", async () => {
  process.env.SANDBOX_TEST_SECRET = "secret";
  expect(await run("echo hello > made && cat made")).toMatchObject({ code: 0, output: "hello" });
  expect((await run("env")).output).not.toContain("secret");
  delete process.env.SANDBOX_TEST_SECRET;
});

test.if(linux)("it is nobody, and can gain nothing", async () => {
  const { output } = await run("id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status");
  expect(output).toMatch(/NoNewPrivs:\s*1/);
  if (sandbox.userId !== null) expect(output).toMatch(/^65534\n.*CapEff:\s*0+\n/s);
});

test.if(linux)("it reaches nobody by the network, not even this machine", async () => {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const connects = `exec 3<>/dev/tcp/127.0.0.1/${server.port}`;
  const outside = Bun.spawnSync(["bash", "-c", connects]);
  const inside = await run(`bash -c '${connects}'`);
  server.stop(true);
  expect(outside.exitCode).toBe(0);
  if (sandbox.cutsNetwork) expect(inside.code).not.toBe(0);
});

test.if(linux)("what it writes, takes of memory and of the processor has a limit", async () => {
  expect((await run("head -c 5000 /dev/zero > large; wc -c < large")).output).toMatch(/^1000$/m);
  expect((await run("ulimit -v; ulimit -n; ulimit -c")).output.split("\n")).toEqual([String(512 * 1024), "64", "0"]);
  expect(await run("while :; do :; done", { ...LIMITS, cpuMaxS: 1 })).toMatchObject({ signal: "SIGKILL" });
});

test.if(linux)("it dies with its parent", async () => {
  const argv = sandbox.argv(["sh", "-c", "echo $$; exec sleep 60"], { folder, limits: LIMITS });
  const parent = Bun.spawn(
    [
      "bun",
      "-e",
      `Bun.spawn(${JSON.stringify(["setpriv", "--pdeathsig", "KILL", "--", ...argv])}, {stdout: "inherit"}); setInterval(() => {}, 1000)`,
    ],
    {
      stdout: "pipe",
      env: { ...process.env, PATH: `${join(process.cwd(), "node_modules/.bin")}:${process.env.PATH}` },
    },
  );
  const reader = parent.stdout.getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value).trim());
  expect(pid).toBeGreaterThan(1);
  parent.kill("SIGKILL");
  await parent.exited;
  let left = 100;
  while (left-- > 0 && alive(pid)) await Bun.sleep(50);
  expect(alive(pid)).toBe(false);
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
