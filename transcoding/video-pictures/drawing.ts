// The pictures of a video that is ready, drawn from its rows: of a recording that has ended.

import type { Clock } from "#runtime/base/clock.ts";
import { type InTurn, inTurn } from "#runtime/base/in-turn.ts";
import type { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter, Histogram } from "#runtime/base/metrics.ts";
import type { Sql } from "#schema/database.ts";
import { renditionsToDraw, type SegmentToDraw, segmentsToDraw } from "#schema/queries/videos/drawn.ts";
import { setVideoPictures } from "#schema/queries/videos/pictures.ts";
import { type DrawnSegment, drawnRenditions } from "./choice.ts";
import { DrawingStopped } from "./jpegs.ts";
import { type DrawnVideo, makeVideoPictures, type PicturesParts } from "./video-pictures.ts";

/** One for all drawings of a node. */
export interface NodeDrawingParts extends Omit<PicturesParts, "signal"> {
  sql: Sql;
  turns: KeyedSemaphore;
  /** The node is short of processor time: live encoding goes first. */
  lags(): boolean;
}

export type DrawingEnd =
  | { type: "drawn" }
  /** There is no such video any more. */
  | { type: "gone" }
  /** Another try may work. */
  | { type: "broke" };

const TURN = "pictures";
const LAG_LOOK_MS = 2_000;

const drawings = new Counter({
  name: "video_pictures_total",
  help: "Recordings whose pictures were drawn, by outcome",
  labelNames: ["outcome"],
});
const seconds = new Histogram({
  name: "video_pictures_seconds",
  help: "From the turn of a recording until its pictures are there",
  buckets: [0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320],
});

export function startDrawing(
  videoId: string,
  { parts, log }: { parts: NodeDrawingParts; log: Log },
): InTurn<DrawingEnd> {
  return inTurn<DrawingEnd>({
    turns: parts.turns,
    name: TURN,
    async work(signal) {
      const end = await draw(videoId, { ...parts, signal });
      drawings.inc({ outcome: end.type });
      return end;
    },
    failed(error) {
      log.warn({ reason: reason(error) }, "pictures of a video not drawn yet");
      drawings.inc({ outcome: "broke" });
      return { type: "broke" };
    },
  });
}

async function draw(
  videoId: string,
  { sql, lags, ...parts }: NodeDrawingParts & { signal: AbortSignal },
): Promise<DrawingEnd> {
  await calm(parts.clock, lags, parts.signal);
  const startedMs = parts.clock.monoMs();
  const video = await videoToDraw(sql, videoId);
  if (!video) return { type: "gone" };
  const made = await makeVideoPictures(video, parts);
  if (!(await setVideoPictures(sql, videoId, made))) return { type: "gone" };
  seconds.observe((parts.clock.monoMs() - startedMs) / 1_000);
  return { type: "drawn" };
}

async function calm(clock: Clock, lags: () => boolean, signal: AbortSignal) {
  while (lags() && !signal.aborted) await clock.sleep(LAG_LOOK_MS);
  if (signal.aborted) throw new DrawingStopped();
}

async function videoToDraw(sql: Sql, videoId: string): Promise<DrawnVideo | null> {
  const renditions = await renditionsToDraw(sql, videoId);
  if (!renditions) return null;
  const chosen = drawnRenditions(renditions);
  if (!chosen) return { videoId, large: [], small: [] };
  const [large, small] = [chosen.large.name, chosen.small.name];
  const rows = await segmentsToDraw(sql, { videoId, large, small });
  return {
    videoId,
    large: rows.map((row) => ({ ...row, rendition: large })),
    small: rows.map((row) => smallOf(row, { large, small })),
  };
}

/** Rungs begin later than the source, and may be shed for a while: where one is missing, the source is drawn. */
function smallOf(row: SegmentToDraw, { large, small }: { large: string; small: string }): DrawnSegment {
  return row.small?.keyed ? { ...row, ...row.small, rendition: small } : { ...row, rendition: large };
}
