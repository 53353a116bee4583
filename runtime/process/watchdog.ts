// Kills a process whose event loop stands still. Code inside the loop cannot notice that, so a separate thread watches.

import { hostname } from "node:os";
import { loopDelay } from "../base/loop-delay.ts";
import type { WatchOrder } from "./watchdog-thread.ts";

interface WatchdogOptions {
  /** How long the loop may stand still, ms; 0 = no watchdog. */
  silentMs: number;
  /** Fields of the log line: `name`, `incarnation`. */
  fields: Record<string, string>;
  /** Interval of heartbeats and checks. Default 500 ms; other values only in tests. */
  everyMs?: number;
}

const EVERY_MS = 500;

/** From now on the process is killed, with one log line, when its event loop has stood still for `silentMs`. The time is counted in the
 *  thread's own turns, not by a clock, so that a stopped process or a sleeping machine does not count as hung. Children die with the
 *  process; its supervisor starts it again. Returns a function that ends the watch; it may be called twice. The watch does not keep
 *  the process alive. */
export function startWatchdog({ silentMs, fields, everyMs = EVERY_MS }: WatchdogOptions): () => void {
  if (silentMs === 0) return () => {};
  const signs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let dueMs = performance.now() + everyMs;
  const beat = setInterval(() => {
    Atomics.add(signs, 0, 1);
    const nowMs = performance.now();
    loopDelay.note(nowMs - dueMs);
    dueMs = nowMs + everyMs;
  }, everyMs);
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
