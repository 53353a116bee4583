// Small facts about processes of the machine: whether one lives, whether it is still the same, and a start that dies with us.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** A mark of the process that no later one with the same pid has; null when there is none. */
export function birthOf(pid: number): string | null {
  if (process.platform !== "linux") {
    const answer = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return answer.stdout?.trim() || null;
  }
  try {
    // Field 22, start time in ticks since boot; the name in field 2 may hold spaces and parentheses. A zombie has ended.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return state === "Z" ? null : fields[18]!;
  } catch {
    return null;
  }
}

/** True while the process with that pid and birth lives. */
export const lives = (pid: number, birth: string | null) => birth !== null && birthOf(pid) === birth;

/** Sends a signal; a process or group (negative pid) that has gone is fine. */
export function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch (error) {
    // macOS says EPERM for a group of which only zombies are left.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}

const SETPRIV = process.platform === "linux" && existsSync("/usr/bin/setpriv");

/** The same command, ended by the kernel with `name` when this process dies, however it dies (Linux only). */
export const dyingWithUs = (argv: string[], name: "TERM" | "INT" | "KILL" = "TERM") =>
  SETPRIV ? ["setpriv", "--pdeathsig", name, "--", ...argv] : argv;

/** Path of a program that may live outside the PATH of ordinary users. */
export function program(name: string): string {
  const path = `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin`;
  const found = Bun.which(name, { PATH: path });
  if (!found) throw new Error(`${name} is not installed: run \`npm start\`, which installs it`);
  return found;
}
