// Ends a process whose event loop stands still: nobody inside the loop can notice that, so a thread beside it looks on.

import { hostname } from "node:os";
import type { WatchOrder } from "./watchdog-thread.ts";

interface WatchdogOptions {
  /** How long the loop may stand still, ms; 0 = no watchdog. */
  silentMs: number;
  /** Of the one line that is logged: `name`, `incarnation`. */
  fields: Record<string, string>;
  /** Signs of life and looks for them. Default 500 ms; another only in a test. */
  everyMs?: number;
}

const EVERY_MS = 500;

/** From now on the process is ended by SIGKILL, with one line in the log, when its event loop stood still for `silentMs`: of the
 *  thread's own turns, not by a clock, so that a process that was stopped, or a machine that slept, does not count as hung.
 *  Its children die with it, its supervisor starts it again. Returns what ends the watch; it may be called twice.
 *  Keeps no process alive. */
export function startWatchdog({ silentMs, fields, everyMs = EVERY_MS }: WatchdogOptions): () => void {
  if (silentMs === 0) return () => {};
  const signs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const beat = setInterval(() => Atomics.add(signs, 0, 1), everyMs);
  beat.unref();
  const thread = new Worker(new URL("./watchdog-thread.ts", import.meta.url), { ref: false, smol: true });
  const order: WatchOrder = {
    signs: signs.buffer,
    everyMs,
    silentTurns: Math.max(2, Math.ceil(silentMs / everyMs)),
    fields: { ...fields, pid: process.pid, hostname: hostname() },
  };
  thread.postMessage(order);
  return () => {
    clearInterval(beat);
    thread.terminate();
  };
}
