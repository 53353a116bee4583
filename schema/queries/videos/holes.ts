// Holes in a recording: numbers between two segments for which nobody has media. A hole is filled as one, or not at all.

import type { Sql } from "../../database.ts";
import { inTransaction } from "../../transaction.ts";
import { type SegmentEntry, writeSegment } from "./recording.ts";

export interface RecordedHole {
  /** The segment before the hole, and where it ends: ms of wall time. */
  after: number;
  fromMs: number;
  /** The numbers of the hole that are marked as gaps, ascending, with where they begin. */
  marked: { number: number; atMs: number }[];
}

/** The hole before a segment; null: there is none, or there is nothing before it. */
export async function holeBefore(
  sql: Sql,
  videoId: string,
  { rendition, number }: { rendition: string; number: number },
): Promise<RecordedHole | null> {
  const [before] = await sql<{ after: number; fromMs: number }[]>`
    SELECT number AS after, at_ms + duration_ms AS "fromMs" FROM video_segments
    WHERE video_id = ${videoId} AND rendition = ${rendition} AND number < ${number} AND init_hash IS NOT NULL
    ORDER BY number DESC LIMIT 1`;
  if (!before || before.after === number - 1) return null;
  const marked = await sql<RecordedHole["marked"]>`
    SELECT number, at_ms AS "atMs" FROM video_segments
    WHERE video_id = ${videoId} AND rendition = ${rendition} AND number > ${before.after} AND number < ${number}
    ORDER BY number`;
  return { ...before, marked: [...marked] };
}

/** Writes segments, whose objects are stored, into the hole between two numbers. False: somebody else has written media into it, an owner that
 *  came later has its numbers, or the video is gone. */
export async function fillHole(
  sql: Sql,
  videoId: string,
  { rendition, after, before }: { rendition: string; after: number; before: number },
  segments: readonly SegmentEntry[],
): Promise<boolean> {
  const work = async (sql: Sql) => {
    // Keeps back what others write into this video.
    const [video] = await sql`SELECT 1 FROM videos WHERE id = ${videoId} FOR UPDATE`;
    const [media] = await sql`
      SELECT 1 FROM video_segments WHERE video_id = ${videoId} AND rendition = ${rendition}
        AND number > ${after} AND number < ${before} AND init_hash IS NOT NULL LIMIT 1`;
    if (!video || media) return false;
    for (const segment of segments) if (!(await writeSegment(sql, videoId, segment))) throw new NotOurs();
    return true;
  };
  return inTransaction(sql, work).catch((error) => {
    if (error instanceof NotOurs) return false;
    throw error;
  });
}

/** Rolls back what was written of the hole. */
class NotOurs extends Error {}
