// Keeps a database backed up: ships its log all the time, makes a base backup when one is due, and verifies one now and then.
//
//   each second   ship the log
//   each 10 s     a base backup is due?      none yet · of another timeline · too old · log was dropped
//                 else a verification due?   never · too old

import { backoffMs } from "#runtime/base/backoff.ts";
import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { BackupConfig } from "#runtime/config/backup.ts";
import { BackupFault } from "./fault.ts";
import type { Manifest } from "./manifest.ts";
import { baseBytes, checkFaults, failures, holes, lastSuccess, lastVerified } from "./metrics.ts";
import type { BackupStatus } from "./status.ts";
import type { BackupCheck } from "./verification/checks.ts";
import type { LogShipper } from "./wal/log-shipper.ts";
import type { LogSpool } from "./wal/log-spool.ts";

const SHIP_MS = 1_000;
const DUTY_MS = 10_000;
const PAUSES = { firstMs: 60_000, longestMs: 30 * 60_000 };
const HOUR_MS = 3_600_000;
/** An operator may have made a backup too. */
const STATUS_MS = HOUR_MS;

export interface KeeperParts {
  clock: Clock;
  log: Pick<Log, "info" | "warn" | "error">;
  config: Pick<BackupConfig, "everyHours" | "verifyEveryHours">;
  spool: Pick<LogSpool, "waiting" | "hole" | "endHole">;
  shipper: Pick<LogShipper, "ship">;
  /** Of the database, now. */
  timeline(): Promise<number>;
  status(): Promise<BackupStatus>;
  makeBackup(): Promise<Manifest>;
  verify(): Promise<BackupCheck>;
}

export class Keeper {
  readonly #stops: (() => void)[] = [];
  #status: BackupStatus | null = null;
  #statusMonoMs = Number.NEGATIVE_INFINITY;
  /** Code of the fault that keeps the log from being shipped. It is logged once. */
  #shipFault: string | null = null;
  #failures = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: KeeperParts) {}

  start() {
    const { clock } = this.parts;
    this.#stops.push(
      every(clock, SHIP_MS, () => this.#ship()),
      every(clock, DUTY_MS, () => this.duty()),
    );
  }

  /** What is under way goes on. */
  stop() {
    for (const stop of this.#stops) stop();
  }

  /** One look at what is due. */
  async duty() {
    const { clock, log } = this.parts;
    if (clock.monoMs() < this.#notBeforeMs) return;
    const work = await this.#due().catch((error) => ({ what: "status" as const, run: () => Promise.reject(error) }));
    if (!work) return;
    try {
      await work.run();
      this.#failures = 0;
    } catch (error) {
      const code = error instanceof BackupFault ? error.code : "internal";
      const pauseMs = backoffMs(PAUSES, this.#failures++);
      this.#notBeforeMs = clock.monoMs() + pauseMs;
      // By the operator, by hand: what is due may have changed.
      if (code === "backup_running") this.#status = null;
      failures.inc({ what: work.what, code });
      log.error({ what: work.what, reason: reason(error), againInMs: pauseMs }, "backup failed");
    }
  }

  async #due(): Promise<{ what: "backup" | "verification"; run(): Promise<void> } | null> {
    const { config, clock, spool } = this.parts;
    if (clock.monoMs() - this.#statusMonoMs > STATUS_MS) this.#status = null;
    this.#status ??= await this.#readStatus();
    const { newest, check } = this.#status;
    const ageMs = (at: string | undefined) =>
      clock.wallMs() - (at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(at));
    const isOld = newest === null || ageMs(newest.endedAt) >= config.everyHours * HOUR_MS;
    const isOfAnother = newest !== null && newest.timeline !== (await this.parts.timeline());
    if (isOld || isOfAnother || spool.hole !== null) return { what: "backup", run: () => this.#backUp() };
    if (config.verifyEveryHours > 0 && ageMs(check?.at) >= config.verifyEveryHours * HOUR_MS)
      return { what: "verification", run: () => this.#verify() };
    return null;
  }

  async #readStatus(): Promise<BackupStatus> {
    const status = await this.parts.status();
    this.#statusMonoMs = this.parts.clock.monoMs();
    const { newest, check } = status;
    if (newest) this.#noteBackup(newest);
    if (check) this.#noteCheck(check);
    return status;
  }

  async #backUp() {
    const { spool, makeBackup, log } = this.parts;
    const newest = await makeBackup();
    spool.endHole(newest.startSegment);
    if (this.#status) this.#status = { ...this.#status, newest };
    this.#noteBackup(newest);
    const { id, files, bytes, startedAt, endedAt } = newest;
    log.info({ backup: id, files, bytes, ms: Date.parse(endedAt) - Date.parse(startedAt) }, "backup complete");
  }

  async #verify() {
    const { verify, log } = this.parts;
    const check = await verify();
    if (this.#status) this.#status = { ...this.#status, check };
    this.#noteCheck(check);
    if (check.faults.length > 0) log.error({ ...check }, "backup differs from the database");
    else log.info({ ...check }, "backup verified");
  }

  #noteBackup({ endedAt, parts }: Manifest) {
    lastSuccess.set(Date.parse(endedAt) / 1_000);
    baseBytes.set(parts.reduce((sum, { bytes }) => sum + bytes, 0));
  }

  #noteCheck({ at, faults }: BackupCheck) {
    lastVerified.set(Date.parse(at) / 1_000);
    checkFaults.set(faults.length);
  }

  async #ship() {
    const { shipper, spool, log } = this.parts;
    holes.set(spool.hole === null ? 0 : 1);
    try {
      await shipper.ship();
      if (this.#shipFault !== null) log.info("log is shipped again");
      this.#shipFault = null;
    } catch (error) {
      const code = error instanceof BackupFault ? error.code : "internal";
      if (code !== this.#shipFault)
        log.error({ reason: reason(error), waiting: spool.waiting().length }, "log is not shipped");
      this.#shipFault = code;
    }
  }
}
