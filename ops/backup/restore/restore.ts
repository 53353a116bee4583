// Restores a database into a data folder: base backup, log up to the wanted time, and the step that no restore may leave out: epochs and numbers
// are raised before any node sees the database.
//
//   lock ─► files ─► recovery ─► migrations ─► raise ─► history of the timeline ─► stop ─► renamed to `postgres`

import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DataFolder, Secrets } from "#ops/up/data-folder.ts";
import { lockData } from "#ops/up/lock.ts";
import { freePort } from "#ops/up/ports.ts";
import { privileges } from "#ops/up/services/postgres-process.ts";
import { databaseUrl } from "#ops/up/store-urls.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { connectDatabase } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import { type Raised, raiseEpochs } from "#schema/queries/cluster/lineage.ts";
import { clusterFacts } from "#schema/queries/operator/backups.ts";
import { type Archive, logKey, secretsKey } from "../archive.ts";
import { BackupFault } from "../fault.ts";
import type { Manifest } from "../manifest.ts";
import { historyOf } from "../wal/wal-names.ts";
import { layOut } from "./lay-out.ts";
import { LogFeeder } from "./log-feeder.ts";
import { type RecoveryTarget, recover } from "./recovery.ts";

/** How long objects that the restored database does not know are kept: time to look around, and to restore once more. */
export const SWEEP_AFTER_MS = 7 * 24 * 3_600_000;

export interface RestoreParts {
  /** Where the database shall be; it must not have one yet. */
  folder: DataFolder;
  archive: Archive;
  manifest: Manifest;
  target: RecoveryTarget;
  /** The branch of the log to follow. */
  timeline: number;
  clock: Clock;
  say(line: string): void;
  /** False, for tests: the restored files need not survive the machine's end. */
  durable?: boolean;
}

export interface Restored {
  replayedTo: string | null;
  timeline: number;
  raised: Raised;
}

/** Throws BackupFault; then the folder has no database, as before. Throws DataTaken while a system runs on the folder. */
export async function restoreDatabase(parts: RestoreParts): Promise<Restored> {
  const { folder } = parts;
  const unlock = lockData(folder);
  const fresh = folder.file("postgres.restoring");
  try {
    if (existsSync(folder.file("postgres")))
      throw new BackupFault(
        "not_empty",
        `${folder.path} has a database: choose another folder, or rename its folder \`postgres\``,
      );
    // Of a restore that was killed.
    rmSync(fresh, { recursive: true, force: true });
    return await restoreInto(fresh, parts);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  } finally {
    unlock();
  }
}

async function restoreInto(fresh: string, parts: RestoreParts): Promise<Restored> {
  const { folder, archive, manifest, target, timeline, clock, say, durable = true } = parts;
  const as = privileges();
  // As postgresService does: lets the user `nobody` reach the files.
  if (as.owner !== null) chmodSync(folder.path, 0o711);
  const secrets = await takeSecrets(parts);
  say(`backup ${manifest.id}: ${manifest.files} files, ${Math.ceil(manifest.bytes / 1e6)} MB`);
  await layOut({ archive, manifest, folder: fresh, owner: as.owner });
  const { cluster, segmentBytes } = manifest;
  const feeder = new LogFeeder({
    ...{ folder: folder.file("restore-log"), archive, cluster, segmentBytes, owner: as.owner, clock },
  });
  const port = await freePort();
  const url = databaseUrl(secrets, "operator", { port });
  const logFile = folder.logFile("restore");
  const running = await recover({
    ...{ cluster: fresh, databaseUrl: url, port, as, target, timeline, feeder, logFile, clock },
    ...(!durable && { settings: { fsync: "off" } }),
  });
  try {
    say(`replayed ${feeder.served} files of the log, up to ${running.replayedTo ?? "the end of the backup"}`);
    const { raised, timeline: now } = await raise(url);
    say(`raised ${raised.actors} epochs and ${raised.numbers} numbers by 1 000`);
    await keepHistory({ fresh, timeline: now, archive, cluster });
    await running.stop();
    renameSync(fresh, folder.file("postgres"));
    return { replayedTo: running.replayedTo, timeline: now, raised };
  } finally {
    await running.stop();
  }
}

/** The backup may be of an earlier release. */
async function raise(url: string): Promise<{ raised: Raised; timeline: number }> {
  const database = connectDatabase({ url, applicationName: "restore", connectionsMax: 1 });
  try {
    await migrate(database);
    const raised = await raiseEpochs(database.sql, { sweepAfterMs: SWEEP_AFTER_MS });
    return { raised, timeline: (await clusterFacts(database.sql)).timeline };
  } finally {
    await database.close();
  }
}

/** The restored system needs the secrets of the backup's time. Those of the folder stay where they are the same system's. */
async function takeSecrets({ folder, archive, manifest }: RestoreParts): Promise<Secrets> {
  const file = folder.file("secrets.json");
  const text = new TextDecoder().decode(await archive.getSealed(secretsKey(manifest.id)));
  const saved = JSON.parse(text) as Secrets;
  const here = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Secrets>) : null;
  if (here?.databasePassword === saved.databasePassword) return saved;
  if (here) renameSync(file, `${file}.before-restore`);
  writeFileSync(file, text, { mode: 0o600 });
  return saved;
}

/** Another restore from the same backups must choose another timeline than this one. */
async function keepHistory({
  fresh,
  timeline,
  archive,
  cluster,
}: {
  fresh: string;
  timeline: number;
  archive: Archive;
  cluster: string;
}) {
  const name = historyOf(timeline);
  const key = logKey(cluster, name);
  if (await archive.has(key))
    throw new BackupFault("foreign_log", `another restore took the timeline ${timeline} meanwhile: restore again`);
  await archive.putSealed(key, readFileSync(join(fresh, "pg_wal", name)));
}
