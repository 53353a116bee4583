// Processor time is counted for all threads of a process, and a process that has ended has none.

import { expect, test } from "bun:test";
import { cpuMs } from "./process-bun.ts";

test.skipIf(process.platform !== "linux")("work is counted, and a process that has ended has none", async () => {
  const before = cpuMs(process.pid);
  const used = process.cpuUsage();
  let sum = 0;
  for (let n = 0; process.cpuUsage(used).user < 50_000; n++) sum += Math.sqrt(n);
  expect(sum).toBeGreaterThan(0);
  expect(cpuMs(process.pid)! - before!).toBeGreaterThan(35);
  const child = Bun.spawn(["true"]);
  await child.exited;
  expect(cpuMs(child.pid)).toBeNull();
});
