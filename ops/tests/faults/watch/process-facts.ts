// What the kernel says of a process (Linux): a fault that is meant to stop it or to keep it busy must be seen to do so.

import { readFileSync } from "node:fs";

const TICK_MS = 10;

/** `T` is stopped, `R` wants the processor, `S` waits. */
export const stateOf = (pid: number): string => fieldsOf(pid)[0] ?? "";

/** Processor time it had so far, all threads. */
export const busyMs = (pid: number): number => (Number(fieldsOf(pid)[11]) + Number(fieldsOf(pid)[12])) * TICK_MS;

/** Of /proc/<pid>/stat, from the state on: the name before it may hold spaces and parentheses. */
const fieldsOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];

/** The most memory it ever had resident. */
export function memoryPeakBytes(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}
