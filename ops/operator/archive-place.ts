// The store of backups for the verbs: by settings and the data folder of the running system, or by settings alone where none runs any more.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { backupSettings, type OpenArchive, openArchive } from "#ops/backup/open-archive.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { NotRunning } from "#ops/up/running-system.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import type { BackupConfig } from "#runtime/config/backup.ts";
import { type OperatedSystem, objectStoreOf } from "./system.ts";
import type { VerbContext } from "./verb.ts";

/** For verbs that open backups. */
export const KEY_OPTION = { "key-file": "text" } as const;

export interface ArchivePlace extends OpenArchive {
  config: BackupConfig;
  /** Null: no system runs on the data folder. */
  here: OperatedSystem | null;
}

/** Runs `work` with the store of backups, which it closes afterwards. Throws ConfigFaults and BackupFault. */
export async function withArchive<T>(
  { system, options }: Pick<VerbContext, "system" | "options">,
  work: (place: ArchivePlace) => Promise<T>,
): Promise<T> {
  const here = running(system);
  const file = options["key-file"];
  const env =
    typeof file === "string" ? { ...process.env, BACKUP_KEY: "", BACKUP_KEY_FILE: resolve(file) } : process.env;
  const config = backupSettings(env);
  const folder = here ? here.folder : leftFolder(options.data);
  const opened = openArchive({ config, mediaStore: here ? here.objectStore : objectStoreOf(env), folder, clock });
  try {
    return await work({ ...opened, config, here });
  } finally {
    opened.close();
  }
}

function running(system: VerbContext["system"]): OperatedSystem | null {
  try {
    return system();
  } catch (error) {
    if (error instanceof NotRunning) return null;
    throw error;
  }
}

/** A data folder on which nothing runs may still have the key. */
function leftFolder(data: unknown): DataFolder | null {
  const path = resolve(typeof data === "string" ? data : ".data");
  return existsSync(path) ? new DataFolder(path) : null;
}
