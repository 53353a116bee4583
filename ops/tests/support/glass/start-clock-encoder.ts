// Starts the encoder whose pictures have a clock.

import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";

interface ClockEncoder {
  stop(): Promise<void>;
}

/** In a process of its own, so that a busy test does not delay its frames. `urls`: where to publish, by RTMP. */
export function startClockEncoder({ bframes, urls }: { bframes: string; urls: string[] }): ClockEncoder {
  const argv = [process.execPath, join(import.meta.dir, "clock-encoder.ts"), bframes, ...urls];
  const child = Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  return {
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}
