// The clock that the picture and the sound of one viewer share: timestamps of both count the stream's wall time, and sender reports say so, by
// which players lay them together (RFC 3550 §6.4.1).

import type { Clock } from "#runtime/base/clock.ts";

export const VIDEO_TICKS_PER_MS = 90;
export const SOUND_TICKS_PER_MS = 48;
/** As the answer says (sdp/answer.ts): both streams are of one source. */
export const CNAME = "live";

export class StreamTime {
  readonly #startWallMs: number;
  readonly #startMonoMs: number;

  /** `base`: where the timestamps begin, 32 bits. */
  constructor(
    private readonly clock: Clock,
    readonly base: number,
  ) {
    this.#startWallMs = clock.wallMs();
    this.#startMonoMs = clock.monoMs();
  }

  /** Does not jump with the machine's clock: a step would move picture and sound against each other for a while. */
  get wallMs() {
    return this.#startWallMs + this.clock.monoMs() - this.#startMonoMs;
  }
}
