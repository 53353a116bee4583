// Runs PostgreSQL on the files of a base backup until it has replayed its log up to the wanted place.

import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signal } from "#ops/up/processes.ts";
import {
  POSTGRES_SETTINGS,
  type Privileges,
  postgresCommand,
  postgresState,
} from "#ops/up/services/postgres-process.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { connectDatabase, type Sql } from "#schema/database.ts";
import { recoveryFacts } from "#schema/queries/operator/backups.ts";
import { BackupFault } from "../fault.ts";
import type { LogFeeder } from "./log-feeder.ts";

export type RecoveryTarget =
  /** RFC 3339 with an offset in digits: all that had committed until then. */
  | { time: string }
  /** A place that `markLog` has named. */
  | { mark: string }
  /** The end of the log. */
  | "end";

interface RecoveryParts {
  /** Files of a base backup. */
  cluster: string;
  /** For the superuser, at `port`. */
  databaseUrl: string;
  port: number;
  as: Privileges;
  target: RecoveryTarget;
  /** The branch of the log to follow. */
  timeline: number;
  feeder: LogFeeder;
  logFile: string;
  clock: Clock;
  settings?: Record<string, string>;
}

export interface Recovered {
  pid: number;
  /** RFC 3339, to the microsecond: when the last transaction that is there had committed. Null: none was replayed. */
  replayedTo: string | null;
  /** Resolves when it has ended. May be called twice. */
  stop(): Promise<void>;
}

const LOOK_MS = 50;
/** Without a file of the log in this time, and without an end, it hangs. */
const QUIET_MS_MAX = 10 * 60_000;
const STOP_WITHIN_MS = 60_000;

/** Throws BackupFault: `too_late`, `too_early`, `recovery_failed`, and what the feeder has met. */
export async function recover(parts: RecoveryParts): Promise<Recovered> {
  const { cluster, port, as, target, timeline, feeder, logFile, databaseUrl, clock } = parts;
  writeFileSync(join(cluster, "recovery.signal"), "");
  if (as.owner !== null) Bun.spawnSync(["chown", String(as.owner), join(cluster, "recovery.signal")]);
  feeder.start();
  const log = openSync(logFile, "a", 0o600);
  const settings = {
    ...POSTGRES_SETTINGS,
    archive_mode: "off",
    autovacuum: "off",
    restore_command: feeder.restoreCommand,
    recovery_target_timeline: String(timeline),
    recovery_target_action: "promote",
    ...(target !== "end" &&
      ("time" in target ? { recovery_target_time: target.time } : { recovery_target_name: target.mark })),
    ...parts.settings,
  };
  const child = Bun.spawn(postgresCommand({ as, cluster, port, settings }), {
    ...{ stdin: "ignore", stdout: log, stderr: log, detached: true },
    env: { ...process.env, LC_ALL: "C" },
  });
  closeSync(log);
  const stop = async () => {
    child.kill("SIGINT");
    const cancel = clock.timer(STOP_WITHIN_MS, () => signal(-child.pid, "SIGKILL"));
    await child.exited;
    cancel();
    feeder.stop();
  };
  // Its server ends while it is asked, if a file of the log is damaged.
  const database = connectDatabase({
    ...{ url: databaseUrl, applicationName: "restore", connectionsMax: 1, arrayTypes: false },
  });
  try {
    const replayedTo = await recovered({ child, cluster, feeder, logFile, clock, sql: database.sql });
    return { pid: child.pid, replayedTo, stop };
  } catch (error) {
    await stop();
    throw feeder.fault ?? error;
  } finally {
    await database.close().catch(() => {}); // Its server may just have ended, which is said above.
    feeder.stop();
  }
}

interface Waiting {
  child: Bun.Subprocess;
  cluster: string;
  feeder: LogFeeder;
  logFile: string;
  clock: Clock;
  sql: Sql;
}

/** Resolves when it takes writes, with the time of the last transaction that it has replayed. */
async function recovered({ child, cluster, feeder, logFile, clock, sql }: Waiting): Promise<string | null> {
  let moved = { served: feeder.served, atMs: clock.monoMs() };
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw faultIn(logFile);
    // It is ready as soon as it can be asked, while it still recovers.
    const isReady = postgresState(cluster, child.pid) === "ready";
    const facts = isReady ? await recoveryFacts(sql).catch(() => null) : null;
    if (facts && !facts.isRecovering) return facts.replayedTo;
    if (feeder.served !== moved.served) moved = { served: feeder.served, atMs: clock.monoMs() };
    if (clock.monoMs() - moved.atMs > QUIET_MS_MAX)
      throw new BackupFault(
        "recovery_failed",
        `PostgreSQL has not moved for ${QUIET_MS_MAX / 60_000} minutes; see ${logFile}`,
      );
    await clock.sleep(LOOK_MS);
  }
}

/** Why PostgreSQL gave up, from its log. */
function faultIn(logFile: string): BackupFault {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  const last = lines.findLast((line) => line.includes("FATAL:") || line.includes("PANIC:")) ?? "it has ended";
  if (last.includes("recovery ended before configured recovery target was reached"))
    return new BackupFault(
      "too_late",
      "the log ends before the wanted time: leave --at out to restore to its end, or look whether the time is in the future or in a hole of the log",
    );
  if (last.includes("before consistent recovery point"))
    return new BackupFault("too_early", "the wanted time is before the end of the backup: choose an older one");
  return new BackupFault("recovery_failed", `${last.replace(/^.*?(FATAL|PANIC): +/, "")}; see ${logFile}`);
}
