// What a node gives its awake videos. Production is wired here.

import { availableParallelism } from "node:os";
import type { Clock } from "#runtime/base/clock.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import type { Log } from "#runtime/base/log.ts";
import type { ActorConfig } from "#runtime/config/actor.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import type { Sandbox } from "#runtime/process/sandbox.ts";
import type { Store } from "#runtime/store/store.ts";
import type { Database } from "#schema/database.ts";
import { setVideoPictures } from "#schema/queries/videos/pictures.ts";
import type { JobParts } from "#transcoding/uploads/job.ts";
import type { NodeDrawingParts } from "#transcoding/video-pictures/drawing.ts";
import { uploadToDraw } from "#transcoding/video-pictures/upload.ts";
import { makeVideoPictures } from "#transcoding/video-pictures/video-pictures.ts";
import type { VideoNode } from "./activation.ts";
import { videoChildren } from "./children/children.ts";
import type { UnderWay } from "./children/under-way.ts";
import { postgresUploads } from "./children/uploads.ts";
import type { CopyParts } from "./highlight/copying.ts";

/** Videos that wait for their turn on one node; more are tried again later. */
const WAITING_MAX = 1_000;

export interface VideoConnections {
  config: Pick<ActorConfig, "ffmpegPath" | "ladderPreset" | "uploads">;
  log: Log;
  clock: Clock;
  nowMs(): number;
  store: Store;
  database: Database;
  objects: Objects;
  processes: ProcessHost;
  sandbox: Sandbox;
  /** Live encoding goes first. */
  ladderPlan: { readonly lags: boolean };
}

export function videoNode(connections: VideoConnections): VideoNode {
  const { config, log, clock, nowMs, store, database, objects, processes, sandbox, ladderPlan } = connections;
  const { jobsMax, durationMaxMs, memoryBytesMax, threads, ...settings } = config.uploads;
  const drawn = { processes, clock, objects, ffmpegPath: config.ffmpegPath };
  const job: JobParts = {
    ...{ processes, clock, sandbox, objects, ffmpegPath: config.ffmpegPath, preset: config.ladderPreset },
    ...settings,
    durationMaxS: durationMaxMs / 1_000,
    addressSpaceBytesMax: memoryBytesMax,
    threads: Math.min(threads, availableParallelism()),
    turns: turns("uploads", jobsMax),
    lags: () => ladderPlan.lags,
    async pictures({ videoId, epoch }, renditions, signal) {
      const made = await makeVideoPictures(uploadToDraw({ videoId, epoch }, renditions), { ...drawn, signal });
      await setVideoPictures(database.sql, videoId, made);
    },
  };
  const drawing: NodeDrawingParts = {
    ...drawn,
    sql: database.sql,
    lags: () => ladderPlan.lags,
    turns: turns("recordings without pictures", 1),
  };
  const copying: CopyParts = {
    ...{ sql: database.sql, objects },
    turns: turns("highlights", 1),
  };
  const jobs: UnderWay = new Map();
  const parts = { clock, objects, job, copying, drawing, uploads: postgresUploads(database), jobs };
  return { log, clock, nowMs, store: store.actors, children: videoChildren(parts) };
}

const turns = (what: string, concurrentMax: number) =>
  new KeyedSemaphore({
    concurrentMax,
    waitingMax: WAITING_MAX,
    full: () => new Error(`too many ${what} wait for their turn`),
  });
