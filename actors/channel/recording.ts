// What a node needs to record its channels, made once.

import type { Clock } from "#runtime/base/clock.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import type { Log } from "#runtime/base/log.ts";
import { type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import { recordingRows } from "#transcoding/recorder/rows.ts";
import { Spool } from "#transcoding/recorder/spool.ts";
import { sweepSpool } from "#transcoding/recorder/spool-sweep.ts";
import type { Recording } from "./children/recorder.ts";

/** Segments of a node on their way at once: `fetch` carries 256 requests of the whole process. */
const STORED_AT_ONCE = 24;
const WAITING_MAX = 10_000;

interface RecordingOptions {
  clock: Clock;
  log: Log;
  sql: Sql;
  objects: Objects;
  settings: { renditions: Recording["renditions"]; spoolDir: string; spoolBytesMax: number };
}

/** Rejects when the spool's folder cannot be made. */
export async function createRecording({ clock, log, sql, objects, settings }: RecordingOptions) {
  const { renditions, spoolDir: folder, spoolBytesMax: bytesMax } = settings;
  const full = () => new ObjectsAway("too many segments wait");
  const recording: Recording = {
    objects,
    renditions,
    rows: recordingRows(sql),
    spool: await Spool.open({ folder, bytesMax }),
    turns: new KeyedSemaphore({ concurrentMax: STORED_AT_ONCE, waitingMax: WAITING_MAX, full }),
    running: new Set(),
  };
  const stop = sweepSpool({ ...recording, clock, log, isRecorded: (videoId) => recording.running.has(videoId) });
  return { recording, stop };
}
