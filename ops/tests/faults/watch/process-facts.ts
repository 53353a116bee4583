// Facts about a process from the kernel (Linux), as proof that a fault stopped it or kept it busy.

import { readFileSync } from "node:fs";

const TICK_MS = 10;

/** State letter: `T` stopped, `R` runnable, `S` waiting. */
export const stateOf = (pid: number): string => fieldsOf(pid)[0] ?? "";

/** Processor time so far, all threads. */
export const busyMs = (pid: number): number => (Number(fieldsOf(pid)[11]) + Number(fieldsOf(pid)[12])) * TICK_MS;

/** Fields of /proc/<pid>/stat from the state on; the name before it may contain spaces and parentheses. */
const fieldsOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];

/** Peak of its resident memory. */
export function memoryPeakBytes(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}
