// Folders in which uploads are processed, one each. What a killed process has left is swept at the start of the next one.

import { chownSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const NAME = /^tc-upload-(\d+)-[0-9a-f-]+$/;

export interface Scratch {
  folder: string;
  /** Safe to call twice. */
  remove(): void;
}

/** `userId`: whoever runs the programs, and owns the folder; null: this process. The folder is closed to all others. */
export function makeScratch(root: string, { name, userId }: { name: string; userId: number | null }): Scratch {
  const folder = join(root, `tc-upload-${process.pid}-${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (userId !== null) chownSync(folder, userId, userId);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Removes folders of processes that have ended, and returns how many. To be called before this process makes its own. */
export function sweepScratch(root: string): number {
  let names: string[] = [];
  try {
    names = readdirSync(root);
  } catch {
    return 0; // It is made with the first upload.
  }
  const dead = names.filter((name) => {
    const pid = NAME.exec(name)?.[1];
    return pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid)));
  });
  for (const name of dead) rmSync(join(root, name), { recursive: true, force: true });
  return dead.length;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // It belongs to somebody else.
  }
}
