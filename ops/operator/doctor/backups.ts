// Checks of the backups: the log goes to the store, a base backup is young enough, and one was proved by a restore.

import { backupSettings, openArchive } from "#ops/backup/open-archive.ts";
import { type BackupStatus, backupStatus } from "#ops/backup/status.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import type { BackupConfig } from "#runtime/config/backup.ts";
import type { Sql } from "#schema/database.ts";
import { archiverFacts, clusterFacts } from "#schema/queries/operator/backups.ts";
import { duration } from "../format.ts";
import type { OperatedSystem } from "../system.ts";
import { atMost, type Check, fault, ok, warning } from "./check.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export async function backupChecks(sql: Sql, { folder, objectStore }: OperatedSystem): Promise<Check[]> {
  const { archiveMode } = await archiverFacts(sql);
  if (archiveMode === "off")
    return [
      warning(
        "backups",
        "log",
        "off: a lost disk loses the database",
        'start with `npm start -- --backup`: see "Backups" in ops/README.md',
      ),
    ];
  const config = backupSettings(process.env);
  const { archive, found, close } = openArchive({ config, mediaStore: objectStore, folder, clock });
  try {
    const { cluster } = await clusterFacts(sql);
    const status = await backupStatus(archive, cluster);
    const { isFailing } = await archiverFacts(sql);
    return [
      ...statusChecks(status, { config, nowMs: clock.wallMs(), isFailing }),
      place(config.store === null && !process.env.S3_ENDPOINT),
      key(found.isBesideData),
    ];
  } finally {
    close();
  }
}

interface Judging {
  config: Pick<BackupConfig, "everyHours" | "verifyEveryHours" | "rpoSeconds">;
  nowMs: number;
  /** PostgreSQL's archive_command fails. */
  isFailing: boolean;
}

export function statusChecks(status: BackupStatus, judging: Judging): Check[] {
  return [log(status, judging), base(status, judging), verified(status, judging), closed(status)];
}

function log({ logArrivedMs, newest }: BackupStatus, { config, nowMs, isFailing }: Judging): Check {
  const todo =
    "see the log of the process `backup`: the store is away, full, or refuses; what is committed now is lost with this machine";
  if (isFailing)
    return fault("backups", "log", "PostgreSQL cannot archive its log", "is the disk full? see PostgreSQL's log");
  if (newest === null)
    return warning("backups", "log", "there is no base backup to which it belongs", "run `npm run ops -- backup`");
  if (logArrivedMs === null) return fault("backups", "log", "none has arrived since the newest backup", todo);
  const ageMs = nowMs - logArrivedMs;
  const bounds = { warnOver: 2 * config.rpoSeconds * 1_000, faultOver: 10 * config.rpoSeconds * 1_000 };
  return atMost("backups", "log", { value: ageMs, found: `arrived ${duration(ageMs)} ago`, ...bounds, todo });
}

function base({ newest }: BackupStatus, { config, nowMs }: Judging): Check {
  const todo = "run `npm run ops -- backup`, and see the log of the process `backup` for why none is made";
  if (!newest) return fault("backups", "base backup", "there is none", todo);
  const ageMs = nowMs - Date.parse(newest.endedAt);
  const bounds = { warnOver: 1.5 * config.everyHours * HOUR_MS, faultOver: 3 * config.everyHours * HOUR_MS };
  return atMost("backups", "base backup", {
    value: ageMs,
    found: `${newest.id}, ${duration(ageMs)} ago`,
    ...bounds,
    todo,
  });
}

function verified({ check }: BackupStatus, { config, nowMs }: Judging): Check {
  const todo = "run `npm run ops -- verify-backup`: a backup that was never restored is a hope";
  if (!check) return warning("backups", "verified", "never", todo);
  const ageMs = nowMs - Date.parse(check.at);
  if (check.faults.length > 0)
    return fault(
      "backups",
      "verified",
      `${check.backup} differs: ${check.faults[0]}`,
      "make a new base backup, verify it, and look for what has changed the old one",
    );
  const everyMs = (config.verifyEveryHours || 30 * 24) * HOUR_MS;
  const found = `${check.backup}, ${duration(ageMs)} ago: ${check.tables} tables, ${check.rows} rows`;
  return atMost("backups", "verified", {
    value: ageMs,
    found,
    warnOver: everyMs + DAY_MS,
    faultOver: 4 * everyMs,
    todo,
  });
}

const closed = ({ faulty }: BackupStatus) =>
  faulty === 0
    ? ok("backups", "keys", "each backup opens")
    : warning(
        "backups",
        "keys",
        `${faulty} backups cannot be opened`,
        "`npm run ops -- backups` says which key they need",
      );

const place = (isBesideData: boolean) =>
  isBesideData
    ? warning(
        "backups",
        "place",
        "on the same disk as the database",
        "set BACKUP_S3_ENDPOINT, BACKUP_S3_BUCKET and their keys to a store elsewhere",
      )
    : ok("backups", "place", "in a store of its own or outside");

const key = (isBesideData: boolean) =>
  isBesideData
    ? warning(
        "backups",
        "key",
        "in the data folder, which backups shall bring back",
        "copy it to a safe place, and name that by BACKUP_KEY_FILE",
      )
    : ok("backups", "key", "by setting");
