// What a node needs to record its channels, made once.

import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import { holeRows, recordingRows } from "#transcoding/recorder/rows.ts";
import { Spool } from "#transcoding/recorder/spool.ts";
import { sweepSpool } from "#transcoding/recorder/spool-sweep.ts";
import type { Recording } from "./children/recorder.ts";

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
  const recording: Recording = {
    objects,
    renditions,
    rows: recordingRows(sql),
    holes: holeRows(sql),
    spool: await Spool.open({ folder, bytesMax }),
    running: new Set(),
  };
  const stop = sweepSpool({ ...recording, clock, log, isRecorded: (videoId) => recording.running.has(videoId) });
  return { recording, stop };
}
