// Detects an FFmpeg process without output. The bytes that nginx has sent tell a hung FFmpeg from an encoder that sends nothing.

import type { Clock } from "#runtime/base/clock.ts";

const LOOK_MS = 500;
/** A live source produces output many times a second. */
const HUNG_AFTER_MS = 3_000;
/** Before its first byte FFmpeg must have seen both codecs, which takes some seconds on a busy machine. */
const FIRST_BYTE_MS = 8_000;
/** A pull reaches nginx within 0.4 s. */
const ATTACHED_AFTER_MS = 3_000;
/** Limit for silence of any cause. nginx drops a silent publisher after 5 s. */
const SILENT_AFTER_MS = 10_000;
/** More than sound alone produces in this time: FFmpeg holds sound back until a picture comes. */
const FED_BYTES = 96 * 1024;

/**
 * - `hung`: nginx sends media to FFmpeg, but FFmpeg produces no output.
 * - `unattached`: FFmpeg's pull has not reached nginx.
 * - `silent`: FFmpeg produces no output, and it is not known to receive media.
 */
export type Stall = "hung" | "unattached" | "silent";

/** What nginx knows about a pull. */
export interface PulledSource {
  /** The pull has asked nginx for the stream. */
  attached(): boolean;
  /** Bytes that nginx has sent so far to all pulls of the stream; only differences are meaningful. Null: nginx does not answer. Never rejects. */
  sentBytes(): Promise<number | null>;
}

interface StallWatchOptions {
  clock: Clock;
  source: PulledSource | undefined;
  /** Called once. */
  onStall(stall: Stall, stillMs: number): void;
}

/** Time is counted in looks, so time in which this process itself stood still does not count. */
export class StallWatch {
  bytesSeen = false;
  #stillMs = 0;
  /** Bytes that nginx had sent at the first answer since the last output, and at the latest answer. */
  #sentBefore: number | null = null;
  #sentSoFar: number | null = null;
  #asking = false;
  /** Counts the calls of `moved`. */
  #moves = 0;
  #cancel: () => void;

  constructor(private readonly options: StallWatchOptions) {
    this.#cancel = options.clock.timer(LOOK_MS, this.#look);
  }

  /** FFmpeg produced output. */
  moved() {
    this.bytesSeen = true;
    this.#stillMs = 0;
    this.#moves++;
    this.#sentBefore = this.#sentSoFar = null;
  }

  stop() {
    this.#cancel();
  }

  readonly #look = () => {
    this.#stillMs += LOOK_MS;
    // Output usually comes between two looks, so nginx need not be asked.
    if (this.#stillMs > LOOK_MS) void this.#ask();
    const stall = this.#judge();
    if (stall) this.options.onStall(stall, this.#stillMs);
    else this.#cancel = this.options.clock.timer(LOOK_MS, this.#look);
  };

  /** Not awaited: an nginx that does not answer must not delay the next look. */
  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    const moves = this.#moves;
    const sent = (await this.options.source?.sentBytes()) ?? null;
    this.#asking = false;
    if (moves !== this.#moves || sent === null) return;
    // A counter that went back means that the stream was published again.
    if (this.#sentBefore === null || sent < this.#sentBefore) this.#sentBefore = sent;
    this.#sentSoFar = sent;
  }

  #judge(): Stall | null {
    const { source } = this.options;
    const stillMs = this.#stillMs;
    const fed = (this.#sentSoFar ?? 0) - (this.#sentBefore ?? 0) >= FED_BYTES;
    if (fed && stillMs >= (this.bytesSeen ? HUNG_AFTER_MS : FIRST_BYTE_MS)) return "hung";
    if (source && !this.bytesSeen && !source.attached() && stillMs >= ATTACHED_AFTER_MS) return "unattached";
    return stillMs >= SILENT_AFTER_MS ? "silent" : null;
  }
}
