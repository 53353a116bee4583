// The process that keeps the database backed up (ops/backup/main.ts): with `--backup`, or BACKUP=on.

import { join } from "node:path";
import { LogSpool } from "#ops/backup/wal/log-spool.ts";
import type { BackupConfig } from "#runtime/config/backup.ts";
import type { DataFolder } from "../data-folder.ts";
import { httpHealthy } from "../health.ts";
import { dyingWithUs } from "../processes.ts";
import type { ServiceSpec } from "../service.ts";

const MAIN = join(import.meta.dir, "../../backup/main.ts");

/** Where PostgreSQL puts its log, and how long it may keep it to itself: half of what may be lost, since the log also has to arrive. */
export const archivingOf = (folder: DataFolder, { spoolBytesMax, rpoSeconds }: BackupConfig) => ({
  spool: new LogSpool(folder.file("log-archive"), { bytesMax: spoolBytesMax }),
  timeoutS: Math.floor(rpoSeconds / 2),
});

interface BackupServiceOptions {
  folder: DataFolder;
  internalPort: number;
  /** Of the superuser. */
  databaseUrl: string;
  /** Settings of the media's store (runtime/config/objects.ts), where backups go without a store of their own. */
  mediaStore: Record<string, string>;
}

export const backupEnvironment = ({ folder, internalPort, databaseUrl, mediaStore }: BackupServiceOptions) => ({
  ...mediaStore,
  NODE_NAME: "backup",
  DATA_FOLDER: folder.path,
  DATABASE_URL: databaseUrl,
  INTERNAL_HOST: "127.0.0.1",
  INTERNAL_PORT: String(internalPort),
});

export const backupService = (options: BackupServiceOptions): ServiceSpec => ({
  name: "backup",
  internalPort: options.internalPort,
  launch: () => ({ argv: dyingWithUs([process.execPath, MAIN], "KILL"), env: backupEnvironment(options) }),
  healthy: () => httpHealthy(`http://127.0.0.1:${options.internalPort}/readyz`),
  // It ships what PostgreSQL has archived at its end.
  stop: { signal: "SIGTERM", withinMs: 6_000 },
});
