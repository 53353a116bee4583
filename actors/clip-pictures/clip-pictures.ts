// Each node draws pictures of new clips, one after the other; what one node has begun no other node takes before its next try.

import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Sql } from "#schema/database.ts";
import { clipDrawn, clipsToDraw } from "#schema/queries/clips/clip-pictures.ts";
import { makeClipPicture } from "#transcoding/video-pictures/clip-picture.ts";
import type { PicturesParts } from "#transcoding/video-pictures/video-pictures.ts";

const LOOK_MS = 2_000;
/** Taken at once, and drawn one after the other. */
const CLIPS_MAX = 4;

const pictures = new Counter({
  name: "clip_pictures_total",
  help: "Pictures of clips, by outcome",
  labelNames: ["outcome"],
});

interface ClipPicturesParts extends Omit<PicturesParts, "signal"> {
  sql: Sql;
  log: Log;
  clock: Clock;
  /** The node is short of processor time: live encoding goes first. */
  lags(): boolean;
}

/** Draws until it is stopped; resolves when nothing of it runs. */
export function keepDrawingClips(parts: ClipPicturesParts): () => Promise<void> {
  const { clock, log, lags } = parts;
  const abort = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const stopLooking = every(clock, LOOK_MS, () => {
    if (lags()) return;
    running = drawClips(parts, abort.signal).catch((error) => {
      if (!abort.signal.aborted) log.warn({ reason: reason(error) }, "clips are drawn later");
    });
    return running;
  });
  return async () => {
    stopLooking();
    abort.abort();
    await running;
  };
}

/** Of those that are due now. */
export async function drawClips(parts: Omit<ClipPicturesParts, "lags">, signal: AbortSignal): Promise<void> {
  const { sql, log } = parts;
  for (const clip of await clipsToDraw(sql, CLIPS_MAX)) {
    if (signal.aborted) return;
    const isDrawn = await makeClipPicture(clip, { ...parts, signal });
    if (isDrawn) await clipDrawn(sql, clip.id);
    pictures.inc({ outcome: isDrawn ? "drawn" : "none" });
    log.debug({ clip: clip.id, isDrawn }, "picture of a clip");
  }
}
