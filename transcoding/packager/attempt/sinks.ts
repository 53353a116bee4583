// What an attempt takes from the intake and from the ladder.

import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { SourceInit } from "#runtime/fmp4/init.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";

export interface AttemptStart {
  /** Equal for attempts with the same clock. */
  session: string;
  /** Number of the attempt within the session. */
  attempt: number;
  /** Wall time of the session's time 0. */
  baseMs: number;
  /** A segment of the source begins with the picture of this presentation time of the session. */
  segmentBegins?(ptsMs: number): void;
}

export interface AttemptSinks {
  readonly source: SourceSink;
  /** The source as bytes of fragmented MP4, or the one run of a rung. */
  sink(rendition: string): Sink;
  /** Begins a run of a rung's encoder, on the source's clock, and ends the run before. Throws for a name that no rung can have. */
  rung(rendition: string): RungSink;
  /** The rungs to come. Viewers wait for them shortly before they get the multivariant playlist. */
  offer(rungs: OfferedRung[]): void;
  /** Resolves when the attempt has failed, so that its pull should be ended. */
  readonly failed: Promise<AttemptFailure>;
  /** Closes the open segments, once the pull is over, and ends all rungs. Safe to call twice. */
  close(): void;
}

/** The sink for a source that is parsed already. Neither call throws: what cannot be used fails the attempt. */
export interface SourceSink {
  /** Holds from the next fragment with a keyframe on. Other bytes than before begin with a discontinuity; the same bytes change nothing. */
  init(init: SourceInit): void;
  /** One picture, or sound between pictures, in order of decode time, on the session's clock. Its bytes are kept, not copied. */
  fragment(fragment: Fragment): void;
}

export interface Sink {
  /** Never throws: unreadable bytes fail the attempt, or the run of a rung. */
  push(bytes: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
}

/** A rung that is offered to viewers. */
export interface OfferedRung {
  name: string;
  /** BANDWIDTH until it is measured, bits per second. */
  bandwidth: number;
}

/** The sink for the output of one run of a rung's encoder. */
export interface RungSink extends Sink {
  /** Resolves with what is wrong when the bytes are of no use. The source goes on. */
  readonly failed: Promise<string>;
}

export interface AttemptFailure {
  /** For the log. */
  error: string;
  /** For the streamer; null: not the source's fault. */
  problem: SourceProblem | null;
}
