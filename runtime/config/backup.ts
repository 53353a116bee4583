// Settings of the database's backups by `npm start -- --backup` (ops/backup/): unit, default, and a reason to change each.

import { readObjectStore } from "./objects.ts";
import type { Reader } from "./reader.ts";

export type BackupConfig = ReturnType<typeof readBackup>;

/** Of BACKUP_KEY and of each line of BACKUP_KEY_FILE. */
export const BACKUP_KEY_LENGTH_MIN = 32;

export const readBackup = (read: Reader) => ({
  /** Like the flag `--backup`. */
  isOn: read.oneOf("BACKUP", ["on", "off"] as const, "off") === "on",
  /** Where backups go: a store on another machine than the database, best another one than the media's. BACKUP_S3_ENDPOINT, BACKUP_S3_BUCKET and
   *  so on, as S3_… (objects.ts). Default: the media's store. */
  store: readObjectStore(read, "BACKUP_S3"),
  keys: readKeys(read, "BACKUP_KEY"),
  /** A file with the keys, one a line, which only its owner can read. Default: `backup.key` in the data folder, made at the first start. Keep a copy
   *  elsewhere: without it no backup can be read. */
  keyFile: read.text("BACKUP_KEY_FILE", "") || null,
  /** Seconds of work that the loss of this machine may cost. Half of it is the longest that PostgreSQL keeps a piece of its log to itself
   *  (archive_timeout); less makes more objects. */
  rpoSeconds: read.number("BACKUP_RPO_SECONDS", 60, { min: 10, max: 3_600 }),
  /** Hours between two base backups. A restore replays the log since the last one: more hours, longer restores. */
  everyHours: read.number("BACKUP_EVERY_HOURS", 24, { min: 1, max: 24 * 31 }),
  /** Base backups that are kept, with all log since the oldest of them: how far back a restore can go. */
  keep: read.number("BACKUP_KEEP", 7, { min: 1, max: 1_000 }),
  /** Hours between two verifications, each of which restores the newest backup into a scratch folder beside the database and compares. It needs as
   *  much space as the database has. 0 = never. */
  verifyEveryHours: read.number("BACKUP_VERIFY_EVERY_HOURS", 168, { max: 24 * 31 }),
  /** Log that waits on this machine while the store is away. Over it, log is dropped so that the database goes on: a hole, which the next base
   *  backup ends. */
  spoolBytesMax: read.number("BACKUP_SPOOL_BYTES_MAX", 4 * 1024 ** 3, { min: 64 * 1024 ** 2 }),
});

/** Keys of backups, separated by commas: the first one seals, each of them opens. Empty: from the file. */
function readKeys(read: Reader, name: string): string[] {
  const keys = read.list(name);
  if (keys.some((key) => key.length < BACKUP_KEY_LENGTH_MIN))
    read.faults.push(`${name} must have at least ${BACKUP_KEY_LENGTH_MIN} characters`); // Not the value, which is a secret.
  return keys;
}
