// A recording as its rows and its playlist have it.

import type { Sql } from "#schema/database.ts";

export interface RecordedSegment {
  number: number;
  epoch: number;
  atMs: number;
  durationMs: number;
  discontinuity: boolean;
  /** Null as for a gap. */
  initHash: string | null;
  /** Marked: nobody has its media. */
  isGap: boolean;
}

/** Ascending by number. */
export const recordedSegments = (sql: Sql, videoId: string, rendition = "source"): Promise<RecordedSegment[]> =>
  sql<RecordedSegment[]>`
    SELECT number, epoch, at_ms AS "atMs", duration_ms AS "durationMs", discontinuity, init_hash AS "initHash",
      init_hash IS NULL AS "isGap"
    FROM video_segments WHERE video_id = ${videoId} AND rendition = ${rendition} ORDER BY number`;

/** Media of one session lie within this time of where the segment before ends. */
const SEAM_MS = 100;

/** What is neither stored nor marked in a finished recording; nothing: an empty list. */
export function holesOf(segments: readonly RecordedSegment[]): string[] {
  return segments.slice(1).flatMap((segment, i) => {
    const before = segments[i]!;
    if (segment.number !== before.number + 1) return [`${segment.number} comes after ${before.number}`];
    const apartMs = segment.atMs - before.atMs - before.durationMs;
    return segment.discontinuity || Math.abs(apartMs) < SEAM_MS
      ? []
      : [`${segment.number} begins ${Math.round(apartMs)} ms after the end of ${before.number}`];
  });
}

export const lengthMs = (segments: readonly RecordedSegment[]) =>
  segments.reduce((sum, { durationMs }) => sum + durationMs, 0);

interface Played {
  /** From the first packet of the picture to the end of the last one. */
  seconds: number;
  packets: number;
  /** Between two packets. */
  longestStepS: number;
}

/** Reads all pictures of a playlist with ffprobe. Throws its complaints, and when a time does not rise. */
export async function playThrough(url: string): Promise<Played> {
  const words = "-v error -select_streams v -show_entries packet=dts_time,duration_time -of csv=p=0";
  const probe = Bun.spawn(["ffprobe", ...words.split(" "), url], { stdout: "pipe", stderr: "pipe" });
  const [text, said] = await Promise.all([new Response(probe.stdout).text(), new Response(probe.stderr).text()]);
  if (said) throw new Error(said);
  const packets = text
    .trim()
    .split("\n")
    .map((row) => row.split(",").map(Number));
  const [first, last] = [packets[0]!, packets.at(-1)!];
  const steps = packets.slice(1).map(([dts], i) => dts! - packets[i]![0]!);
  const back = steps.findIndex((step) => !(step > 0));
  if (back >= 0)
    throw new Error(`packet ${back + 1} of ${packets.length} is dated ${steps[back]} s after the one before`);
  return {
    ...{ seconds: last[0]! + last[1]! - first[0]!, packets: packets.length },
    longestStepS: Math.max(...steps),
  };
}
