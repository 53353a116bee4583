// Where a recorder writes what it has stored. In production PostgreSQL (schema/queries/videos/recording.ts).

import type { Sql } from "#schema/database.ts";
import { fillHole, holeBefore } from "#schema/queries/videos/holes.ts";
import {
  type Begun,
  beginRecording,
  finishRecording,
  type RecordingOwner,
  type RenditionEntry,
  retotalRecording,
  type SegmentEntry,
  supersede,
  writeInit,
  writeRenditions,
  writeSegment,
} from "#schema/queries/videos/recording.ts";
import type { HoleRows } from "./refill/refiller.ts";

/** Every method rejects while the store is away. See schema/queries/videos/recording.ts. */
export interface RecordingRows {
  begin(owner: RecordingOwner & { firstNumber: number }): Promise<Begun>;
  init(videoId: string, init: { rendition: string; hash: string; bytes: number }): Promise<void>;
  segment(videoId: string, segment: SegmentEntry): Promise<boolean>;
  supersede(videoId: string, first: SegmentEntry): Promise<void>;
  renditions(videoId: string, known: { renditions: RenditionEntry[]; targetDurationMs: number }): Promise<void>;
  finish(owner: RecordingOwner): Promise<boolean>;
  /** Segments came that may be later than the end. */
  retotal(videoId: string): Promise<void>;
}

export const recordingRows = (sql: Sql): RecordingRows => ({
  begin: (owner) => beginRecording(sql, owner),
  init: (videoId, init) => writeInit(sql, videoId, init),
  segment: (videoId, segment) => writeSegment(sql, videoId, segment),
  supersede: (videoId, first) => supersede(sql, videoId, first),
  renditions: (videoId, known) => writeRenditions(sql, videoId, known),
  finish: (owner) => finishRecording(sql, owner),
  retotal: (videoId) => retotalRecording(sql, videoId),
});

export const holeRows = (sql: Sql): HoleRows => ({
  before: (videoId, of) => holeBefore(sql, videoId, of),
  fill: (videoId, hole, segments) => fillHole(sql, videoId, hole, segments),
});
