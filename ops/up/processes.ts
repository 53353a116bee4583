// Processes of the machine: whether one lives, whether it is still the same one, and how a child ends with its parent.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** The start time of a process, which tells it from a later one with the same pid. Null when there is no such process. */
export function birthOf(pid: number): string | null {
  if (process.platform !== "linux") {
    const answer = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return answer.stdout?.trim() || null;
  }
  try {
    // Field 22 is the start time in ticks since boot. The name in field 2 may contain spaces and parentheses. A zombie has ended.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return state === "Z" ? null : fields[18]!;
  } catch {
    return null;
  }
}

/** True while the process with that pid and birth lives. */
export const lives = (pid: number, birth: string | null) => birth !== null && birthOf(pid) === birth;

/** Sends a signal to a process, or to a group by its negative pid. Does nothing when it has ended. */
export function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch (error) {
    // macOS answers EPERM for a group that has only zombies left.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}

const SETPRIV = process.platform === "linux" && existsSync("/usr/bin/setpriv");

/** The command with a death signal: on Linux the kernel sends it signal `name` when this process ends, even by SIGKILL. */
export const dyingWithUs = (argv: string[], name: "TERM" | "INT" | "KILL" = "TERM") =>
  SETPRIV ? ["setpriv", "--pdeathsig", name, "--", ...argv] : argv;

/** Path of a program, also in folders that are not in the PATH of ordinary users. Throws when it is not installed. */
export function program(name: string): string {
  const path = `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin`;
  const found = Bun.which(name, { PATH: path });
  if (!found) throw new Error(`${name} is not installed: run \`npm start\`, which installs it`);
  return found;
}
