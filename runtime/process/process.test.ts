// Child processes do not outlive this one, and are asked to stop before they are killed.

import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import { stopProcess } from "./process.ts";
import { systemProcesses } from "./process-bun.ts";

const shell = (script: string) => systemProcesses.spawn({ argv: ["sh", "-c", script], onErrorLine: () => {} });
/** A dead process may stay a zombie (state Z) until a slow init reaps it. */
const lives = (pid: number) => {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
  return stat !== "" && !/\) Z /.test(stat);
};

test("a process that stops when asked gets no signal", async () => {
  const process = shell("read line < /dev/null; sleep 0.1; exit 7");
  expect(await stopProcess(process, systemClock, { ask: () => {}, askMs: 5_000 })).toEqual({ code: 7, signal: null });
});

test("a process that ignores the request gets SIGTERM, and one that ignores SIGTERM gets SIGKILL", async () => {
  const steps = { ask: () => Promise.reject(new Error("deaf")), askMs: 20, termMs: 200 };
  const heeding = shell("sleep 30");
  expect((await stopProcess(heeding, systemClock, steps)).signal).toBe("SIGTERM");
  const stubborn = shell("trap '' TERM; while true; do sleep 0.05; done");
  await Bun.sleep(200);
  expect((await stopProcess(stubborn, systemClock, steps)).signal).toBe("SIGKILL");
});

test("lines of standard error arrive whole, including the last", async () => {
  const lines: string[] = [];
  const process = systemProcesses.spawn({
    argv: ["sh", "-c", "printf 'one\\ntw' >&2; sleep 0.1; printf 'o\\nthree' >&2"],
    onErrorLine: (line) => lines.push(line),
  });
  await process.exited;
  await Bun.sleep(50);
  expect(lines).toEqual(["one", "two", "three"]);
});

test("input reaches the process in order, then its end", async () => {
  const output: Uint8Array[] = [];
  const process = systemProcesses.spawn({
    argv: ["cat"],
    takesInput: true,
    onOutput: (chunk) => output.push(chunk.slice()),
  });
  const numbers = Array.from({ length: 200_000 }, (_, n) => `${n}\n`).join("");
  const bytes = new TextEncoder().encode(numbers);
  for (let at = 0; at < bytes.length; at += 10_000) process.input!.write(bytes.subarray(at, at + 10_000));
  process.input!.end();
  process.input!.end();
  expect(await process.exited).toEqual({ code: 0, signal: null });
  await Bun.sleep(50);
  expect(Buffer.concat(output).toString()).toBe(numbers);
  expect(process.input!.heldBytes).toBe(0);
});

test("what a process does not read is counted, and counted down as it reads", async () => {
  const script = "sleep 0.3; dd bs=1000000 count=1 iflag=fullblock 2>/dev/null | wc -c >&2; sleep 30";
  const lines: string[] = [];
  const process = systemProcesses.spawn({
    argv: ["sh", "-c", script],
    takesInput: true,
    onErrorLine: (line) => lines.push(line),
  });
  for (let n = 0; n < 60; n++) process.input!.write(new Uint8Array(50_000));
  const held = process.input!.heldBytes;
  expect(held).toBeGreaterThan(2_000_000);
  while (lines.length === 0) await Bun.sleep(20);
  await Bun.sleep(50);
  expect(lines).toEqual(["1000000"]);
  expect(held - process.input!.heldBytes).toBeGreaterThan(800_000);
  expect(held - process.input!.heldBytes).toBeLessThan(1_300_000);
  process.signal("SIGKILL");
  await process.exited;
  await Bun.sleep(50);
  expect(process.input!.heldBytes).toBe(0);
  process.input!.write(new Uint8Array(10)); // Not an error.
  expect(process.input!.heldBytes).toBe(0);
});

test.if(process.platform === "linux")("the processor time of a process is known", async () => {
  const busy = shell("while true; do :; done");
  while ((busy.cpuMs() ?? 0) < 100) await Bun.sleep(20);
  busy.signal("SIGKILL");
  await busy.exited;
  expect(busy.cpuMs()).toBeNull();
});

test.if(process.platform === "linux").each([
  ["a child", ""],
  ["a child in the background", ", background: { addressSpaceBytesMax: 1e9 }"],
])("%s dies with its killed parent", async (_what, more) => {
  const home = join(import.meta.dir, "process-bun.ts");
  const script = `const { systemProcesses } = await import(${JSON.stringify(home)});
    console.log(systemProcesses.spawn({ argv: ["sleep", "60"]${more} }).pid); await Bun.sleep(60_000);`;
  const parent = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  const { value } = await parent.stdout.getReader().read();
  const pid = Number(new TextDecoder().decode(value));
  // setpriv requests the signal before exec; a parent killed earlier would leave the child alive, so wait for exec.
  while (!readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("sleep")) await Bun.sleep(5);
  expect(lives(pid)).toBe(true);
  parent.kill("SIGKILL");
  await parent.exited;
  for (let i = 0; i < 100 && lives(pid); i++) await Bun.sleep(20);
  expect(lives(pid)).toBe(false);
});

test("a process in the background gives way, and does not get more memory than it may", async () => {
  const outcome = async (script: string, addressSpaceBytesMax: number) => {
    const chunks: Uint8Array[] = [];
    const { promise: read, resolve } = Promise.withResolvers<void>();
    const process = systemProcesses.spawn({
      argv: ["sh", "-c", script],
      background: { addressSpaceBytesMax },
      onOutput: (chunk) => chunks.push(chunk.slice()),
      onOutputEnd: resolve,
    });
    const { code } = await process.exited;
    await read;
    return [Buffer.concat(chunks).toString().trim(), code];
  };
  expect(await outcome("nice; ulimit -v", 64 * 1024 * 1024)).toEqual(["19\n65536", 0]);
  const [, code] = await outcome("head -c 200m /dev/zero | sort > /dev/null", 48 * 1024 * 1024);
  expect(code).not.toBe(0);
});
