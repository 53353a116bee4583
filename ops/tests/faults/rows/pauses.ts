// Rows in which the owner's event loop stands still for a second: garbage collection, a slow handler, scarce memory.

import type { Scene } from "../scene.ts";
import { busyMs, memoryPeakBytes } from "../watch/process-facts.ts";
import type { FaultRow } from "./fault-row.ts";

const LOOK_AFTER_MS = 250;
const ANSWER_MS = 500;
const PAUSE_MS = 1_000;
const PRESSURE_BYTES_MIN = 50 * 1024 * 1024;

/** `signal`: see pause.preload.ts. Proof: the node did not answer, used the processor, and is still the same process. */
const standStill =
  (signal: "SIGWINCH" | "SIGIO", more: (pid: number) => () => string) =>
  async ({ stage: { system }, owner: { node }, strike, over }: Scene): Promise<string> => {
    const pid = system.pidOf(node);
    const health = `${system.internalUrl(node)}/healthz`;
    const tell = more(pid);
    const before = busyMs(pid);
    process.kill(pid, signal);
    const startMs = performance.now();
    strike();
    await Bun.sleep(LOOK_AFTER_MS);
    const deaf = await fetch(health, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
      () => false,
      () => true,
    );
    if (!deaf) throw new Error(`${node} answered although it should stand still`);
    await fetch(health);
    const pausedMs = performance.now() - startMs;
    over();
    if (pausedMs < PAUSE_MS * 0.9) throw new Error(`${node} stood still for only ${pausedMs} ms`);
    if (system.pidOf(node) !== pid) throw new Error(`${node} is another process now`);
    return `${node} did not answer for ${Math.round(pausedMs)} ms, ${busyMs(pid) - before} ms of processor${tell()}`;
  };

const limits: FaultRow["limits"] = { callMs: 4_500, lineMs: 6_000, pictureMs: 6_000 };

export const pauseRows: FaultRow[] = [
  {
    id: "F-20a",
    name: "the owner's event loop stands still for 1 s: it stays the owner",
    takenOver: false,
    limits,
    inject: standStill("SIGWINCH", () => () => ""),
  },
  {
    id: "F-20b",
    name: "the owner's memory fills up and is collected for 1 s: it stays the owner",
    takenOver: false,
    limits,
    inject: standStill("SIGIO", (pid) => {
      const before = memoryPeakBytes(pid);
      return () => {
        const grown = memoryPeakBytes(pid) - before;
        if (grown < PRESSURE_BYTES_MIN) throw new Error(`memory grew by only ${grown} bytes`);
        return `, its memory grew by ${Math.round(grown / 1024 / 1024)} MB`;
      };
    }),
  },
];
