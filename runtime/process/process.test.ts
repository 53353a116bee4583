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

test.if(process.platform === "linux")("a child dies with its killed parent", async () => {
  const home = join(import.meta.dir, "process-bun.ts");
  const script = `const { systemProcesses } = await import(${JSON.stringify(home)});
    console.log(systemProcesses.spawn({ argv: ["sleep", "60"] }).pid); await Bun.sleep(60_000);`;
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
