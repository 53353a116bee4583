// The beginning of a source: holds its first messages until it is known what sound it has.
//
//   headers pass ──► the first keyframe is held, and all behind it ──► the sound's header, or 200 ms, or too many bytes ──► all passes
//
// nginx sends the sound's header up to 41 ms behind the keyframe, and dates it below. What comes before a keyframe nobody could show.

import type { Clock } from "#runtime/base/clock.ts";
import type { Arrival } from "./arrival.ts";

/** From the first keyframe. Longer waits would be seen at each start of a source without sound. */
export const SOUND_WAIT_MS = 200;
/** Held bytes; beyond them the source begins without waiting. */
export const OPENING_BYTES_MAX = 8 * 1024 * 1024;

interface OpeningOptions {
  clock: Clock;
  /** True when the sound's header was seen. */
  soundKnown(): boolean;
  /** The source may begin; false: it may not yet, and what was held is dropped. */
  mayBegin(): boolean;
  pass(arrival: Arrival): void;
}

export class Opening {
  #held: Arrival[] | null = [];
  #heldBytes = 0;
  #cancel = () => {};

  constructor(private readonly options: OpeningOptions) {}

  get heldBytes() {
    return this.#heldBytes;
  }

  take(arrival: Arrival) {
    const { tag } = arrival;
    if (!this.#held) return this.options.pass(arrival);
    if (tag.kind !== "picture" && tag.kind !== "sound") this.options.pass(arrival);
    else if (this.#held.length > 0 || (tag.kind === "picture" && tag.marked)) this.#hold(this.#held, arrival);
    if (this.#held.length === 0) return;
    if (this.options.soundKnown() || this.#heldBytes > OPENING_BYTES_MAX) this.#begin();
  }

  close() {
    this.#cancel();
    this.#held = [];
    this.#heldBytes = 0;
  }

  #hold(held: Arrival[], arrival: Arrival) {
    if (held.length === 0) this.#cancel = this.options.clock.timer(SOUND_WAIT_MS, () => this.#begin());
    held.push(arrival);
    this.#heldBytes += arrival.body.length;
  }

  #begin() {
    const held = this.#held ?? [];
    this.close();
    if (!this.options.mayBegin()) return;
    this.#held = null;
    for (const arrival of held) this.options.pass(arrival);
  }
}
