// The store of backups, from settings and a data folder.

import type { DataFolder } from "#ops/up/data-folder.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { type BackupConfig, readBackup } from "#runtime/config/backup.ts";
import type { ObjectStoreConfig } from "#runtime/config/objects.ts";
import { type Environment, Reader } from "#runtime/config/reader.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { Archive } from "./archive.ts";
import { BackupFault } from "./fault.ts";
import { type FoundKeys, findKeys, KEY_FILE } from "./sealing/keys.ts";

/** Throws ConfigFaults. */
export function backupSettings(env: Environment): BackupConfig {
  const read = new Reader(env);
  return read.done(readBackup(read));
}

interface ArchivePlace {
  config: BackupConfig;
  /** The media's store, where none is set for backups. */
  mediaStore: ObjectStoreConfig | null;
  /** Where the key lies by default; null: nowhere. */
  folder: DataFolder | null;
  makeKey?: boolean;
  clock: Clock;
}

export interface OpenArchive {
  archive: Archive;
  found: FoundKeys;
  store: ObjectStoreConfig;
  /** Closes the connections. */
  close(): void;
}

/** Throws BackupFault: `no_backup` without a store, `wrong_key` without a key. */
export function openArchive({ config, mediaStore, folder, makeKey = false, clock }: ArchivePlace): OpenArchive {
  const store = config.store ?? mediaStore;
  if (!store) throw new BackupFault("no_backup", "no store is set: BACKUP_S3_ENDPOINT, or S3_ENDPOINT");
  const found = findKeys({ config, defaultFile: folder?.file(KEY_FILE) ?? null, make: makeKey });
  const objects = connectObjects({ config: store, clock });
  const archive = new Archive({ objects, keys: found.keys, clock, random: systemRandom });
  return { archive, found, store, close: () => objects.stop() };
}
