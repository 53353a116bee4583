// One supervisor per data folder: a lock that ends with its holder, and the removal of processes that a killed holder left.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { DataFolder } from "./data-folder.ts";
import { birthOf, lives, signal } from "./processes.ts";

/** Another supervisor runs on this data folder; the message is for the user. */
export class DataTaken extends Error {
  override readonly name = "DataTaken";
}

/** Locks the folder and returns the unlock function. Throws DataTaken. */
export function lockData(folder: DataFolder): () => void {
  const file = folder.file("run", "supervisor.lock");
  const mine = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) });
  for (let tries = 0; tries < 3; tries++) {
    try {
      writeFileSync(file, mine, { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readHolder(file);
    if (holder && lives(holder.pid, holder.birth))
      throw new DataTaken(
        `already running on ${folder.path} (pid ${holder.pid}): stop it, or choose another folder with --data`,
      );
    rmSync(file, { force: true });
  }
  throw new DataTaken(`another start on ${folder.path} is running: wait for it, or choose another folder with --data`);
}

function readHolder(file: string): { pid: number; birth: string | null } | null {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null; // Removed meanwhile, or half written by a killed supervisor.
  }
}

/** After this time leftover processes get SIGKILL. */
const LEFTOVER_TERM_MS = 5_000;

/** Ends the processes of an earlier supervisor that was killed. On Linux the kernel has already signalled them. */
export async function endLeftovers(folder: DataFolder) {
  const names = folder.runNames();
  const left = names.flatMap((name) => {
    const run = folder.readRunFile(name);
    return run && lives(run.pid, run.birth) ? [{ ...run, name }] : [];
  });
  for (const { name, pid } of left) signal(pid, name === "postgres" ? "SIGINT" : "SIGTERM");
  const deadlineMs = performance.now() + LEFTOVER_TERM_MS;
  const living = () => left.filter(({ pid, birth }) => lives(pid, birth));
  while (living().length > 0 && performance.now() < deadlineMs) await Bun.sleep(20);
  for (const { pid } of living()) signal(-pid, "SIGKILL");
  for (const name of names) folder.removeRunFile(name);
}
