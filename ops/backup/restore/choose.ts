// Which base backup a restore begins with.

import { type Archive, logKey } from "../archive.ts";
import { BackupFault } from "../fault.ts";
import type { Backups, Manifest } from "../manifest.ts";
import { isSegment, timelineOf } from "../wal/wal-names.ts";

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

/**
 * The branch of the log that lives: that of the file that arrived last. Not the newest branch, as PostgreSQL would choose: a copy that somebody restored
 * beside the database, to look at it, has left its history, and nothing of the database's later work.
 */
export async function livingTimeline(archive: Archive, { cluster, startSegment, timeline }: Manifest): Promise<number> {
  const prefix = logKey(cluster, "");
  const items = await archive.list(prefix, { after: logKey(cluster, startSegment) });
  const segments = items.filter(({ key }) => isSegment(key.slice(prefix.length)));
  if (segments.length === 0) return timeline;
  const last = segments.reduce((a, b) => (b.modifiedAtMs >= a.modifiedAtMs ? b : a));
  return timelineOf(last.key.slice(prefix.length));
}

/** RFC 3339 with a zone, to the microsecond. Null: not such a time. */
export function readTime(text: string): { text: string; ms: number } | null {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/i.test(text);
  const ms = Date.parse(text);
  // PostgreSQL's setting knows no Z.
  return isTime && !Number.isNaN(ms) ? { text: text.replace(/z$/i, "+00:00"), ms } : null;
}
