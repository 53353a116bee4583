// Settings of the process that makes backups (ops/backup/main.ts), which `npm start -- --backup` gives it.

import { readBackup } from "./backup.ts";
import { readObjectStore } from "./objects.ts";
import type { Environment } from "./reader.ts";
import { Reader } from "./reader.ts";

export type BackupServiceConfig = ReturnType<typeof readBackupService>;

export function readBackupService(env: Environment) {
  const read = new Reader(env);
  return read.done({
    /** Name of the process in logs. */
    name: read.text("NODE_NAME", "backup"),
    logLevel: read.oneOf("LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "fatal"] as const, "info"),
    /** Of a superuser: only that one may begin a backup. */
    databaseUrl: read.url("DATABASE_URL", ["postgres", "postgresql"]),
    /** The data folder of the system. */
    data: read.text("DATA_FOLDER"),
    mediaStore: readObjectStore(read),
    backup: readBackup(read),
    /** Address of the internal port, which serves metrics. Never public. */
    internalHost: read.text("INTERNAL_HOST", "127.0.0.1"),
    internalPort: read.number("INTERNAL_PORT", undefined, { min: 1, max: 65_535 }),
  });
}
