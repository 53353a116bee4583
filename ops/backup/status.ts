// How well a database is backed up, as the store says it.

import { type Archive, logKey } from "./archive.ts";
import { listBackups, type Manifest } from "./manifest.ts";
import { type BackupCheck, lastCheck } from "./verification/checks.ts";

export interface BackupStatus {
  newest: Manifest | null;
  /** Backups that cannot be opened. */
  faulty: number;
  /** When the newest file of the log arrived, by the store's clock; null: none since the newest backup. */
  logArrivedMs: number | null;
  check: BackupCheck | null;
}

/** Throws BackupFault `store_away`. */
export async function backupStatus(archive: Archive, cluster: string): Promise<BackupStatus> {
  const { backups, faulty } = await listBackups(archive, cluster);
  const newest = backups.at(-1) ?? null;
  const after = newest && { after: logKey(cluster, newest.startSegment) };
  const log = after ? await archive.list(logKey(cluster, ""), after) : [];
  const arrived = log.map(({ modifiedAtMs }) => modifiedAtMs);
  return {
    newest,
    faulty: faulty.length,
    logArrivedMs: arrived.length > 0 ? arrived.reduce((a, b) => Math.max(a, b)) : null,
    check: await lastCheck(archive, cluster),
  };
}
