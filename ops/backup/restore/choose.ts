// Which base backup a restore begins with.

import { BackupFault } from "../fault.ts";
import type { Backups, Manifest } from "../manifest.ts";

export interface Wanted {
  /** Where to restore to, ms since 1970; null: to the end of the log. */
  atMs: number | null;
  /** Null: the newest one that is early enough. */
  id: string | null;
}

/** Throws BackupFault: `no_backup`, `too_early`, `unsupported`, and why the wanted backup cannot be opened. */
export function chooseBackup({ backups, faulty }: Backups, { atMs, id }: Wanted): Manifest {
  const chosen = id === null ? newestBefore(backups, atMs) : backups.find((backup) => backup.id === id);
  if (!chosen) {
    const closed = faulty.find((one) => id === null || one.id === id);
    if (closed) throw closed.fault;
    throw new BackupFault("no_backup", id === null ? noneBefore(backups) : `there is no backup ${id}: see \`backups\``);
  }
  if (atMs !== null && Date.parse(chosen.endedAt) > atMs)
    throw new BackupFault(
      "too_early",
      `the backup ${chosen.id} ended at ${chosen.endedAt}: a restore goes to that time or later`,
    );
  const here = `${process.platform}-${process.arch}`;
  if (chosen.platform !== here)
    throw new BackupFault(
      "unsupported",
      `the backup ${chosen.id} is of ${chosen.platform}, and this machine is ${here}`,
    );
  return chosen;
}

const newestBefore = (backups: Manifest[], atMs: number | null) =>
  backups.findLast(({ endedAt }) => atMs === null || Date.parse(endedAt) <= atMs);

function noneBefore(backups: Manifest[]): string {
  const oldest = backups[0];
  return oldest
    ? `the oldest backup ended at ${oldest.endedAt}: no restore goes further back`
    : "there is no backup here";
}

/** RFC 3339 with a zone, to the microsecond. Null: not such a time. */
export function readTime(text: string): { text: string; ms: number } | null {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/i.test(text);
  const ms = Date.parse(text);
  return isTime && !Number.isNaN(ms) ? { text, ms } : null;
}
