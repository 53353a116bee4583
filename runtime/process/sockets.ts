// Unix sockets of this process, by which its child processes give it their output. The name holds the pid, so that sockets of a process
// that was killed can be found.

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "./running.ts";

const NAME = /^tc-(\d+)-[\w.-]+\.sock$/;

/** `name`: unique within this process. */
export const socketPath = (folder: string, name: string) => join(folder, `tc-${process.pid}-${name}.sock`);

/**
 * Removes sockets of processes that have ended, and returns how many. To be called before this process opens its own: sockets with its
 * pid are those of an earlier process. The folder must not be shared with processes whose pids are not seen here, as of another container.
 */
export function removeDeadSockets(folder: string): number {
  const dead = filesIn(folder).filter((name) => {
    const pid = NAME.exec(name)?.[1];
    return pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid)));
  });
  for (const name of dead) rmSync(join(folder, name), { force: true });
  return dead.length;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // The ladder reports it.
  }
}
