// Dates tags by the session's clock, which begins with the first of them and follows the wall clock.

import type { Clock } from "#runtime/base/clock.ts";
import type { Kind, ToldFact } from "./clock-facts.ts";
import type { ClockState } from "./clock-state.ts";
import { SessionClock } from "./session-clock.ts";

interface DatingOptions {
  clock: Clock;
  resume: ClockState | null;
  /** Wall time now, ms, by the database's clock. */
  wallMs(): number;
  onFact(fact: ToldFact): void;
  onClockState(state: ClockState): void;
}

/** The wall clock is read so often for the drift of ours. */
const WALL_EVERY_MS = 10_000;

export class Dating {
  #session: SessionClock | null = null;
  #wallReadAtMs = 0;

  constructor(private readonly options: DatingOptions) {}

  /** For a successor; null: no tag has been dated, and there was no clock before. */
  get state(): ClockState | null {
    return this.#session?.state ?? this.options.resume;
  }

  /** An encoder has published, perhaps another one. */
  publishedAnew() {
    this.#session?.publishedAnew();
  }

  /** Session time of a tag that came at `arrivalMs`: whole ms. */
  stamp(kind: Kind, timestamp: number, arrivalMs: number): number {
    const { clock, resume, wallMs, onFact, onClockState } = this.options;
    const nowMs = clock.monoMs();
    const wallAtArrivalMs = () => wallMs() - (nowMs - arrivalMs);
    if (!this.#session) {
      const when = { wallMs: wallAtArrivalMs(), arrivalMs };
      this.#session = new SessionClock({ resume, ...when, onFact, onChanged: onClockState });
      this.#wallReadAtMs = nowMs;
    } else if (nowMs - this.#wallReadAtMs >= WALL_EVERY_MS) {
      this.#session.wallIs(wallAtArrivalMs(), arrivalMs);
      this.#wallReadAtMs = nowMs;
    }
    return this.#session.stamp(kind, timestamp, arrivalMs);
  }
}
