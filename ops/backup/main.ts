// The process that keeps the database of `npm start -- --backup` backed up. It runs beside PostgreSQL, whose files it reads.

import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { DataFolder } from "#ops/up/data-folder.ts";
import "#ops/up/no-proxy.ts";
import { connectPatiently } from "#ops/up/patient-database.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog, reason } from "#runtime/base/log.ts";
import { collectProcessMetrics, metricsResponse } from "#runtime/base/metrics.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { readBackupService } from "#runtime/config/backup-service.ts";
import { configOrExit } from "#runtime/config/reader.ts";
import { connectDatabase } from "#schema/database.ts";
import { clusterFacts } from "#schema/queries/operator/backups.ts";
import { commitNothing } from "#schema/queries/operator/doctor.ts";
import { takeBackup } from "./base-backup.ts";
import { Keeper } from "./keeper.ts";
import { measureLog } from "./metrics.ts";
import { openArchive } from "./open-archive.ts";
import { backupStatus } from "./status.ts";
import { verifyBackup } from "./verification/verify-backup.ts";
import { LogShipper } from "./wal/log-shipper.ts";
import { LogSpool } from "./wal/log-spool.ts";

/** Backups are seldom urgent, and live media always are. */
const NICENESS = 10;
/** When the system stops, PostgreSQL archives its last log. */
const LAST_SHIPPING_MS = 4_000;

const config = configOrExit(readBackupService);
const log = createLog({ name: config.name, level: config.logLevel });
process.on("unhandledRejection", (error) => log.error({ reason: reason(error) }, "rejection unhandled"));
collectProcessMetrics();
try {
  setPriority(NICENESS);
} catch (error) {
  log.warn({ reason: reason(error) }, "priority not lowered");
}

const folder = new DataFolder(config.data);
const { backup, databaseUrl, mediaStore } = config;
const { archive, found, store } = openArchive({ config: backup, mediaStore, folder, makeKey: true, clock });
const spool = new LogSpool(folder.file("log-archive"), { bytesMax: backup.spoolBytesMax });
await connectPatiently({ url: databaseUrl, applicationName: "backup" }).then((database) => database.close());
const { sql } = connectDatabase({ url: databaseUrl, applicationName: "backup keeper", connectionsMax: 1 });
const { cluster, segmentBytes } = await clusterFacts(sql);
const shipper = new LogShipper({ spool, archive, cluster, segmentBytes });
const startedMs = clock.wallMs();
/** Until a file has arrived, nothing of the time before the start is known. */
const logAgeMs = () => clock.wallMs() - (shipper.arrivedToMs ?? startedMs);
measureLog({ ageMs: logAgeMs, waitingBytes: () => spool.waiting().reduce((sum, { bytes }) => sum + bytes, 0) });

const shared = { databaseUrl, archive, clock, random, log };
const keeper = new Keeper({
  ...{ clock, log, spool, shipper, config: backup },
  async timeline() {
    // Where nobody writes, the age of the log would say nothing.
    await commitNothing(sql);
    return (await clusterFacts(sql)).timeline;
  },
  status: () => backupStatus(archive, cluster),
  makeBackup: () =>
    takeBackup({ ...shared, keep: backup.keep, secrets: readFileSync(folder.file("secrets.json"), "utf8") }),
  verify: () => verifyBackup({ ...shared, id: null, scratch: folder.file("backup-scratch") }),
});
keeper.start();

const server = Bun.serve({
  hostname: config.internalHost,
  port: config.internalPort,
  reusePort: false,
  fetch(request) {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/metrics") return metricsResponse();
    if (pathname === "/healthz" || pathname === "/readyz") return Response.json({ status: "ok" });
    return new Response(null, { status: 404 });
  },
});
log.info(
  { endpoint: store.endpoint, bucket: store.bucket, keyName: found.keys.sealingName, cluster },
  "backups are kept",
);

for (const name of ["SIGTERM", "SIGINT"] as const)
  process.on(name, () => {
    keeper.stop();
    clock.timer(LAST_SHIPPING_MS, () => process.exit(0));
    shipper
      .ship()
      .catch((error) => log.warn({ reason: reason(error) }, "log waits for the next start"))
      .finally(async () => {
        await server.stop(true);
        process.exit(0);
      });
  });
