// The rows of a video, put together to files and runs. A file has one init segment: when an encoder comes back with other tracks, such as another
// size, another file begins. A run is what goes on without a step of its clock.

import type { DownloadRow } from "#schema/queries/videos/download-rows.ts";

/** References of one `sidx` (ISO/IEC 14496-12 §8.16.3): 36 hours in segments of 2 s. */
const SEGMENTS_MAX = 65_535;
/** Of one file: two segments of each are read before its first byte is known. */
const RUNS_MAX = 100;

/** With media. */
export interface FileSegment extends DownloadRow {
  /** From the beginning of the first row, gaps included. */
  startMs: number;
}

export interface SessionFile {
  initHash: string;
  runs: FileSegment[][];
  /** From the beginning of the first row, gaps included. */
  startMs: number;
  /** Sum of what there is. */
  durationMs: number;
}

/** `rows`: of one rendition, ascending, gaps included. */
export function sessionFiles(rows: readonly DownloadRow[]): SessionFile[] {
  const files: SessionFile[] = [];
  let mediaMs = 0;
  let segments = 0;
  let goesOn = false;
  for (const row of rows) {
    const startMs = mediaMs;
    if (!(row.durationMs > 0)) continue;
    mediaMs += row.durationMs;
    if (row.initHash === null) {
      goesOn = false;
      continue;
    }
    let file = files.at(-1);
    const last = file?.runs.at(-1)?.at(-1);
    if (row.discontinuity || row.number !== (last?.number ?? 0) + 1) goesOn = false;
    const isFull = segments >= SEGMENTS_MAX || (!goesOn && file?.runs.length === RUNS_MAX);
    if (!file || file.initHash !== row.initHash || isFull) {
      file = { initHash: row.initHash, runs: [], startMs, durationMs: 0 };
      files.push(file);
      segments = 0;
      goesOn = false;
    }
    const segment = { ...row, startMs };
    if (goesOn) file.runs.at(-1)!.push(segment);
    else file.runs.push([segment]);
    file.durationMs += row.durationMs;
    segments++;
    goesOn = true;
  }
  return files;
}
