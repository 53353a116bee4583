// The thread of the watchdog: counts its own turns without a sign of life, then says so and ends the process.

import { readFileSync, writeSync } from "node:fs";

export interface WatchOrder {
  /** One Int32 that the watched loop counts up. */
  signs: SharedArrayBuffer | ArrayBuffer;
  everyMs: number;
  /** So many turns without a sign: the end. */
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
  // A thread that was stopped with its process, or got no processor, has no turns either: they are not made up for.
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
      // As much as silentMs: an endless loop. Next to nothing: a call of the system that does not return.
      ...(busyMs !== null && busyBeforeMs !== null && { busyMs: busyMs - busyBeforeMs }),
      msg: "event loop stands still: ending the process",
    };
    try {
      writeSync(1, `${JSON.stringify(line)}\n`);
    } finally {
      // Not by a polite signal: its handler would wait for the loop.
      process.kill(process.pid, "SIGKILL");
    }
  }, everyMs);
}

const TICK_MS = 10;

/** Processor time of the watched thread so far; null where the kernel does not tell (Linux does). */
function mainThreadBusyMs(): number | null {
  try {
    const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}
