// Stores what recorders have left in the spool: of owners that were stopped, replaced or killed.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Entry } from "./entry.ts";
import type { RecordingRows } from "./rows.ts";
import { SegmentStore, type SegmentStores, Unstorable } from "./segment-store.ts";

const SWEEP_MS = 5_000;

interface SpoolSweepOptions extends SegmentStores {
  clock: Clock;
  log: Log;
  rows: SegmentStores["rows"] & Pick<RecordingRows, "retotal">;
  /** A recorder of this process uses the files of this video. */
  isRecorded(videoId: string): boolean;
}

/** Sweeps until it is stopped. */
export function sweepSpool(options: SpoolSweepOptions): () => void {
  const { clock, log } = options;
  return every(clock, SWEEP_MS, async () => {
    await sweepOnce(options).catch((error) => log.warn({ reason: reason(error) }, "spool waits"));
  });
}

/** Rejects while object store or rows are away. */
export async function sweepOnce(options: SpoolSweepOptions) {
  const { spool, log, isRecorded } = options;
  await spool.adopt();
  for (const videoId of await spool.videos()) {
    if (isRecorded(videoId)) continue;
    const store = new SegmentStore({ ...options, videoId });
    for (const { rendition, ...init } of await spool.inits(videoId)) store.expect(rendition, init);
    const left = await spool.segments(videoId);
    for (const { file, row } of left) {
      const entry: Entry = { row, body: { in: "spool", file } };
      await store.store(entry).catch((error) => {
        if (!(error instanceof Unstorable)) throw error;
        log.error({ videoId, file, reason: reason(error) }, "a segment of a recording is lost");
      });
    }
    if (left.length > 0) await options.rows.retotal(videoId);
    if (left.length > 0) log.info({ videoId, segments: left.length }, "stored what an earlier recorder left");
    if (!isRecorded(videoId)) await spool.forget(videoId);
  }
}
