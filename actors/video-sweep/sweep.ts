// What an instance does again and again for its videos: pictures for recordings that have none, tombstones for those whose time is over, and the
// deletion of tombstones.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import { retireEmpty, tombstones } from "#schema/queries/videos/deletion.ts";
import { type InstanceLimits, retireVideos } from "#schema/queries/videos/retention.ts";
import { wakeUndrawn } from "#schema/queries/videos/undrawn.ts";
import { deletionStep } from "./delete-video.ts";

/** Players may have a deleted video's playlist for this long, by caches and by tokens in use; until then its objects stay. */
const OBJECTS_STAY_MS = 120_000;
/** What a machine that is away has in its spool may come for so long. */
const EMPTY_STAYS_MS = 24 * 3_600_000;
/** Videos of one sweep; the next one goes on. */
const VIDEOS_MAX = 100;
/** Recordings whose pictures are drawn from one sweep on: drawing them takes a core for a while. */
const UNDRAWN_MAX = 5;
/** A sweep ends after this time, and the next one goes on: whoever runs it must not be away for long. */
const SWEEP_MS = 20_000;

const videosDeleted = new Counter({ name: "videos_deleted_total", help: "Videos of which nothing is left" });

export interface SweepParts {
  sql: Sql;
  objects: Pick<Objects, "list" | "remove" | "uploads">;
  clock: Pick<Clock, "monoMs">;
  log: Pick<Log, "info">;
  retention: InstanceLimits;
  /** For tests. */
  objectsStayMs?: number;
}

/** `again`: it ended before everything was done. Rejects while a store is away; the next sweep goes on. Two at once do no harm. */
export async function sweepVideos(parts: SweepParts): Promise<"again" | "done"> {
  const { sql, clock, log, retention, objectsStayMs = OBJECTS_STAY_MS } = parts;
  const endMs = clock.monoMs() + SWEEP_MS;
  const retired = await retireVideos(sql, { ...retention, limit: VIDEOS_MAX });
  if (retired.length > 0) log.info({ count: retired.length }, "videos are not kept any longer");
  await retireEmpty(sql, { olderThanMs: EMPTY_STAYS_MS, limit: VIDEOS_MAX });
  const undrawn = await wakeUndrawn(sql, { limit: UNDRAWN_MAX });
  if (undrawn.length > 0) log.info({ count: undrawn.length }, "recordings get their pictures");
  const dead = await tombstones(sql, { olderThanMs: objectsStayMs, limit: VIDEOS_MAX });
  for (const videoId of dead) {
    let step = await deletionStep(parts, videoId);
    for (; step === "more"; step = await deletionStep(parts, videoId)) if (clock.monoMs() > endMs) return "again";
    if (step === "done") videosDeleted.inc();
    log.info({ video: videoId }, step === "done" ? "video is gone" : "video is gone but for its clips");
    if (clock.monoMs() > endMs) return "again";
  }
  return dead.length === VIDEOS_MAX || retired.length === VIDEOS_MAX ? "again" : "done";
}
