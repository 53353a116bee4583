// What of a broadcast's media must survive its owner (design: Numbers that never go back), and what a packager reports.

import type { SourceProblem } from "#schema/api/broadcasts.ts";

/** Kept in the actor's row. JSON. */
export interface SavedMedia {
  /** Highest segment number opened in any rendition; -1 before the first. */
  headNumber: number;
  /** EXT-X-DISCONTINUITY-SEQUENCE at the first segment of `window`. */
  discontinuitySequence: number;
  /** Fixed by the first segment of the broadcast; null before it. */
  targetDurationMs: number | null;
  partTargetMs: number | null;
  /** Ascending, no number missing; the last is one that closed in all renditions. */
  window: SavedSegment[];
  /** The RTMP session that the newest of the window is of. */
  session?: string;
  /** By how much each rendition's decode times were moved in that session. */
  shiftsMs?: Record<string, number>;
  /** What the multivariant playlist says of each rendition. */
  variants?: Record<string, Variant>;
}

export interface SavedSegment {
  number: number;
  durationMs: number;
  /** Wall time of its first picture: EXT-X-PROGRAM-DATE-TIME. */
  atMs: number;
  discontinuity: boolean;
  gap: boolean;
  /** Begins with a keyframe. */
  keyed?: boolean;
  /** Rendition to hash of its init segment; a rendition that is missing here has nothing for this number. */
  inits: Record<string, string>;
}

export interface Variant {
  /** RFC 6381, video first. */
  codecs: string[];
  width: number;
  height: number;
  fps: number;
  /** Peak, bits per second. */
  bandwidth: number;
}

export interface SourceInfo {
  width: number;
  height: number;
  fps: number;
  videoCodec: string;
  /** Null: the source has no sound. */
  audioCodec: string | null;
  bitrateKbps: number;
  keyframeIntervalMs: number;
}

export type PackagerEvent =
  /** The highest number opened in any rendition; said before that number is listed anywhere. */
  | { type: "opened"; number: number }
  /** A segment closed in all renditions: what the row should keep. */
  | { type: "closed"; media: SavedMedia }
  /** Said once: something that this packager made, and not an earlier owner's, is listed in all renditions. */
  | { type: "listed" }
  /** The first full segment of an attempt is playable in all renditions. */
  | { type: "ready"; session: string; attempt: number }
  /** When it is known, and then about every 5 s. */
  | { type: "source"; session: string; info: SourceInfo }
  /** For the streamer; the show goes on. */
  | { type: "warned"; session: string; problem: SourceProblem }
  /** What the source sends cannot be shown. Its FFmpeg still runs, and is of no use any more. */
  | { type: "failed"; session: string; attempt: number; problem: SourceProblem };
