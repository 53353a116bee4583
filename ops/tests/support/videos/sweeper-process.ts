// A process that sweeps videos until nothing is left to do, and may be killed at any moment.

import { sweepVideos } from "#actors/video-sweep/sweep.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { testObjectStore } from "#runtime/objects/testing.ts";
import { connectDatabase } from "#schema/database.ts";
import { answer } from "../helper-process.ts";

const { sql } = connectDatabase({ url: process.env.SWEPT_DATABASE_URL ?? "", applicationName: "sweeper" });
const objects = connectObjects({ config: testObjectStore(), clock: systemClock });
const log = createLog({ name: "sweeper", level: "silent" });
const parts = { sql, objects, clock: systemClock, log, retention: { days: 0, bytes: 0 }, objectsStayMs: 0 };

answer({
  ready: () => true,
  async sweep() {
    while ((await sweepVideos(parts)) === "again");
  },
});
