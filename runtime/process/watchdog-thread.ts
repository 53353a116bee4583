// The watchdog's thread: counts its own turns without a heartbeat of the watched loop, then logs a line and kills the process.

import { readFileSync, writeSync } from "node:fs";

export interface WatchOrder {
  /** One Int32 that the watched loop increments. */
  signs: SharedArrayBuffer | ArrayBuffer;
  everyMs: number;
  /** After this many turns without a heartbeat, the process is killed. */
  silentTurns: number;
  fields: Record<string, string | number>;
}

declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<WatchOrder>) => watch(data);

function watch({ signs, everyMs, silentTurns, fields }: WatchOrder) {
  const counter = new Int32Array(signs);
  let lastSign = 0;
  let turns = 0;
  let busyBeforeMs: number | null = null;
  // A thread that was stopped with its process, or got no processor, misses turns too, and missed turns are not counted.
  setInterval(() => {
    const sign = Atomics.load(counter, 0);
    if (sign !== lastSign) {
      lastSign = sign;
      turns = 0;
      return;
    }
    if (turns++ === 0) busyBeforeMs = mainThreadBusyMs();
    if (turns < silentTurns) return;
    const busyMs = mainThreadBusyMs();
    const line = {
      level: "fatal",
      time: new Date().toISOString(),
      ...fields,
      silentMs: turns * everyMs,
      // Close to silentMs: an endless loop. Close to 0: a system call that does not return.
      ...(busyMs !== null && busyBeforeMs !== null && { busyMs: busyMs - busyBeforeMs }),
      msg: "event loop stands still: ending the process",
    };
    try {
      writeSync(1, `${JSON.stringify(line)}\n`);
    } finally {
      // Not SIGTERM: its handler would wait for the loop.
      process.kill(process.pid, "SIGKILL");
    }
  }, everyMs);
}

const TICK_MS = 10;

/** Processor time of the watched thread so far; null where the kernel does not report it (Linux does). */
function mainThreadBusyMs(): number | null {
  try {
    const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}
