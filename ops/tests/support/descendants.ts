// All descendants of a process, to check that none of them is left (Linux).

import { readdirSync, readFileSync } from "node:fs";
import { birthOf, lives } from "#ops/up/processes.ts";

export interface Relative {
  pid: number;
  birth: string | null;
  /** Command line. */
  command: string;
}

/** Current children, their children, and so on. */
export function descendantsOf(pid: number): Relative[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(Number(entry));
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid).map((child) => ({ pid: child, birth: birthOf(child), command: commandOf(child) }));
}

/** The given processes that still run. */
export const survivors = (relatives: Relative[]) => relatives.filter(({ pid, birth }) => lives(pid, birth));

function parentOf(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ")[1]);
  } catch {
    return null; // The process ended between the listing and the read.
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
