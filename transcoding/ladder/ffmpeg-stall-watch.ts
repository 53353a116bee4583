// Sees an FFmpeg that gives nothing although it should: told apart from an encoder that sends nothing by what nginx has sent it.

import type { Clock } from "#runtime/base/clock.ts";

const LOOK_MS = 500;
/** A live source gives something many times a second. */
const HUNG_AFTER_MS = 3_000;
/** Until its first byte FFmpeg must have seen both codecs; on a busy machine that takes some seconds. */
const FIRST_BYTE_MS = 8_000;
/** A pull reaches nginx within 0.4 s. */
const ATTACHED_AFTER_MS = 3_000;
/** Nothing at all for so long, whoever is to blame; nginx drops a silent publisher after 5 s. */
const SILENT_AFTER_MS = 10_000;
/** More than sound alone makes in the time: FFmpeg holds sound back until a picture comes. */
const FED_BYTES = 96 * 1024;

/**
 * - `hung`: nginx sends it media, it gives none.
 * - `unattached`: nginx has not heard of it.
 * - `silent`: it gives nothing, and nothing is known of what it gets.
 */
export type Stall = "hung" | "unattached" | "silent";

/** What nginx knows of a pull. */
export interface PulledSource {
  /** It has asked nginx for the stream. */
  attached(): boolean;
  /** Bytes that nginx has sent so far to those who pull the stream; only differences mean anything. Null: nginx does not answer. Never rejects. */
  sentBytes(): Promise<number | null>;
}

interface StallWatchOptions {
  clock: Clock;
  source: PulledSource | undefined;
  /** Once. */
  onStall(stall: Stall, stillMs: number): void;
}

/** Time is counted in looks: while this process itself stood still, it does not go on. */
export class StallWatch {
  bytesSeen = false;
  #stillMs = 0;
  /** What nginx had sent early in the stillness, and what last. */
  #sentBefore: number | null = null;
  #sentSoFar: number | null = null;
  #asking = false;
  /** Counts the times that something came. */
  #moves = 0;
  #cancel: () => void;

  constructor(private readonly options: StallWatchOptions) {
    this.#cancel = options.clock.timer(LOOK_MS, this.#look);
  }

  /** FFmpeg gave something. */
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
    // Usually something comes between any two looks, and nothing need be asked.
    if (this.#stillMs > LOOK_MS) void this.#ask();
    const stall = this.#judge();
    if (stall) this.options.onStall(stall, this.#stillMs);
    else this.#cancel = this.options.clock.timer(LOOK_MS, this.#look);
  };

  /** Not waited for: an nginx that does not answer must not make the looks rarer. */
  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    const moves = this.#moves;
    const sent = (await this.options.source?.sentBytes()) ?? null;
    this.#asking = false;
    if (moves !== this.#moves || sent === null) return;
    // A counter that went back: the stream was published anew.
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
