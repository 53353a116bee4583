// The files of a running PostgreSQL cluster that a base backup has (PostgreSQL: Making a Base Backup Using the Low Level API).
// They change while they are read; the log that a restore replays makes them whole.

import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { BackupFault } from "./fault.ts";
import { contentOf, type TarEntry } from "./tar.ts";

/** What a running server needs for itself, at the top of the cluster. */
const OWN_FILES = new Set([
  ...["postmaster.pid", "postmaster.opts", "recovery.signal", "standby.signal", "current_logfiles"],
  ...["backup_label", "backup_label.old", "tablespace_map", "tablespace_map.old"],
]);
/** Folders whose content is made anew at the start, or comes from the archive. */
const EMPTY_FOLDERS = new Set([
  ...["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"],
]);
/** Anywhere: files of sorting, and caches. */
const PASSING = /^(?:pgsql_tmp.*|pg_internal\.init.*)$/;
const TABLESPACES = "pg_tblspc";

/** Throws BackupFault `unsupported` for a cluster with tablespaces, which lie elsewhere. */
export async function* clusterFiles(cluster: string): AsyncGenerator<TarEntry> {
  yield* filesIn(cluster, "");
}

async function* filesIn(cluster: string, folder: string): AsyncGenerator<TarEntry> {
  const entries = await readdir(join(cluster, folder), { withFileTypes: true }).catch(ifGone);
  if (folder === TABLESPACES && entries && entries.length > 0)
    throw new BackupFault("unsupported", "the database has tablespaces, which this backup does not know");
  // Sorted, so that two backups differ only in what has changed.
  for (const entry of (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (PASSING.test(entry.name) || (folder === "" && OWN_FILES.has(entry.name))) continue;
    // pg_wal may be a link to another disk.
    if (entry.isDirectory() || (folder === "" && EMPTY_FOLDERS.has(entry.name))) {
      yield { kind: "folder", path };
      if (folder !== "" || !EMPTY_FOLDERS.has(entry.name)) yield* filesIn(cluster, path);
    } else if (entry.isFile()) yield* fileAt(cluster, path);
    else throw new BackupFault("unsupported", `${join(cluster, path)} is neither a file nor a folder`);
  }
}

async function* fileAt(cluster: string, path: string): AsyncGenerator<TarEntry> {
  const file = await open(join(cluster, path), "r").catch(ifGone);
  if (!file) return; // A dropped table; the log says so.
  try {
    const { size } = await file.stat();
    yield { kind: "file", path, bytes: size, content: contentOf(file) };
  } finally {
    await file.close();
  }
}

function ifGone(error: NodeJS.ErrnoException): null {
  if (error.code !== "ENOENT") throw error;
  return null;
}
