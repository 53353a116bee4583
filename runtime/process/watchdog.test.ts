// The watchdog with real processes: it kills a hung process, spares a stopped one, and keeps none alive.

import { expect, test } from "bun:test";
import { join } from "node:path";
import { patient, SLOWNESS } from "#schema/testing-slowness.ts";

const HOME = join(import.meta.dir, "watchdog.ts");
const EVERY_MS = 50;
const SILENT_MS = 1_000;

/** Runs `script` in a watched process of its own; in the script, `stop()` ends the watch. */
function watched(script: string) {
  return Bun.spawn(
    [
      process.execPath,
      "-e",
      `const { startWatchdog } = await import(${JSON.stringify(HOME)});
       const stop = startWatchdog({ silentMs: ${SILENT_MS}, everyMs: ${EVERY_MS}, fields: { name: "watched" } });
       await Bun.sleep(500); // The thread has started.
       console.log("ready");
       ${script}`,
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
}

type Watched = ReturnType<typeof watched>;

/** Resolves once the process has printed `ready`, with a function that reads the rest of its output. */
async function ready({ stdout }: Watched): Promise<() => Promise<string>> {
  const reader = stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("ready\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`it ended: ${text}`);
    text += decoder.decode(value);
  }
  return async () => {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
      text += decoder.decode(value);
    return text.split("ready\n")[1] ?? "";
  };
}

test("a process in an endless loop is killed, and the log line says how busy it was", async () => {
  const child = watched("for (;;);");
  const rest = await ready(child);
  const startMs = performance.now();
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  expect(performance.now() - startMs).toBeGreaterThan(SILENT_MS / 2);
  const line = JSON.parse(await rest());
  expect(line).toMatchObject({
    level: "fatal",
    name: "watched",
    pid: child.pid,
    msg: "event loop stands still: ending the process",
  });
  expect(line.silentMs).toBeGreaterThanOrEqual(SILENT_MS);
  if (process.platform === "linux") expect(line.busyMs).toBeGreaterThan(SILENT_MS / (5 * SLOWNESS));
});

test("a process that hangs in a system call is killed too", async () => {
  const child = watched("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
  const rest = await ready(child);
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  expect(JSON.parse(await rest()).busyMs ?? 0).toBeLessThan(SILENT_MS / 2);
});

test("a process stopped by SIGSTOP for longer than the limit continues", async () => {
  const child = watched(`await Bun.sleep(${2 * SILENT_MS}); console.log("went on"); process.exit(7);`);
  const rest = await ready(child);
  child.kill("SIGSTOP");
  await Bun.sleep(2 * SILENT_MS);
  child.kill("SIGCONT");
  expect(await rest()).toBe("went on\n");
  expect(await child.exited).toBe(7);
});

test("a busy loop that still turns is left alone", async () => {
  const child = watched(`
    for (const endMs = performance.now() + ${2 * SILENT_MS}; performance.now() < endMs; await Bun.sleep(0))
      for (const restMs = performance.now() + ${SILENT_MS / 4}; performance.now() < restMs; );
    console.log("went on"); process.exit(7);`);
  const rest = await ready(child);
  expect(await rest()).toBe("went on\n");
  expect(await child.exited).toBe(7);
});

test("the watchdog neither keeps a process alive nor delays its exit", async () => {
  const startMs = performance.now();
  const ways = ["", "process.exit(0);", "stop(); stop();", "stop(); await Bun.sleep(50);"];
  const codes = await Promise.all(ways.map((way) => watched(way).exited));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(performance.now() - startMs).toBeLessThan(patient(8_000));
});

test("a process that stopped its watchdog may stand still", async () => {
  const child = watched(`stop();
    for (const endMs = performance.now() + ${2 * SILENT_MS}; performance.now() < endMs; );
    console.log("went on"); process.exit(7);`);
  const rest = await ready(child);
  expect(await rest()).toBe("went on\n");
  expect(await child.exited).toBe(7);
});
