// The media state that must survive its owner (design: Numbers that never go back), and the events of a packager.

import type { SourceProblem } from "#schema/api/broadcasts.ts";

/** Kept in the actor's row. JSON. */
export interface SavedMedia {
  /** Highest segment number opened; -1 before the first. */
  headNumber: number;
  /** EXT-X-DISCONTINUITY-SEQUENCE at the first segment of `window`. */
  discontinuitySequence: number;
  /** Fixed by the first segment of the broadcast; null before it. */
  targetDurationMs: number | null;
  partTargetMs: number | null;
  /** Ascending, without a missing number. The last segment is closed in the source. */
  window: SavedSegment[];
  /** The session of the newest segment of the window. */
  session?: string;
  /** Shift of each rendition's decode times in that session. */
  shiftsMs?: Record<string, number>;
  /** The multivariant playlist's entry for each rendition. */
  variants?: Record<string, Variant>;
  /** See Packager.offerSource. Absent: true. */
  sourceOffered?: boolean;
}

export interface SavedSegment {
  number: number;
  durationMs: number;
  /** Wall time of the first picture: EXT-X-PROGRAM-DATE-TIME. */
  atMs: number;
  discontinuity: boolean;
  gap: boolean;
  /** Begins with a keyframe. */
  keyed?: boolean;
  /** Hash of the init segment by rendition. A missing rendition has no whole media for this number. */
  inits: Record<string, string>;
}

export interface Variant {
  /** RFC 6381, video first. */
  codecs: string[];
  /** Width, height and rate are 0 where there are no pictures. */
  width: number;
  height: number;
  fps: number;
  /** Peak, bits per second. */
  bandwidth: number;
  /** Bits per second. */
  averageBandwidth?: number;
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
  /** As it arrived: by the wall clock, where `fps` and `bitrateKbps` go by the media's own. `speed`: media time in a second of wall time. */
  arriving?: { fps: number; bitrateKbps: number; speed: number };
}

export type PackagerEvent =
  /** The highest number opened. Sent before that number is listed anywhere. */
  | { type: "opened"; number: number }
  /** A segment of the source has closed. `media`: the state to save in the row. */
  | { type: "closed"; media: SavedMedia }
  /** Sent once: the source's playlist lists media that this packager made, not an earlier owner. */
  | { type: "listed" }
  /** The first full segment of an attempt is playable. */
  | { type: "ready"; session: string; attempt: number }
  /** The source, once it is known, and then about every 5 s. */
  | { type: "source"; session: string; info: SourceInfo }
  /** A problem for the streamer to fix; the attempt continues. */
  | { type: "warned"; session: string; problem: SourceProblem }
  /** The cause of an earlier warning is gone. */
  | { type: "cleared"; session: string; code: SourceProblem["code"] }
  /** What the source sends cannot be shown. FFmpeg still runs and should be ended. */
  | { type: "failed"; session: string; attempt: number; problem: SourceProblem };
