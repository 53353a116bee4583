// All processes below one, to see that none of them is left (Linux).

import { readdirSync, readFileSync } from "node:fs";
import { birthOf, lives } from "#ops/up/processes.ts";

export interface Relative {
  pid: number;
  birth: string | null;
  /** Its command line. */
  command: string;
}

/** Children, their children, and so on, as they are now. */
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

/** Those of them that still live. */
export const survivors = (relatives: Relative[]) => relatives.filter(({ pid, birth }) => lives(pid, birth));

function parentOf(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ")[1]);
  } catch {
    return null; // Ended between the listing and the look.
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
