// RTP timestamps of one viewer's sound: those of the stream's clock. What would lie over the packet before is left out.

import { timestampOf } from "./rtp-header.ts";

/** Ticks per second, for Opus at any rate (RFC 7587 §4.1). */
export const SOUND_CLOCK = 48_000;

export class SoundTimes {
  #endTicks: number | null = null;

  constructor(private readonly base: number) {}

  /** Null: the packet is not to be sent. `isFirst`: it follows a pause, and gets the marker (RFC 3551 §4.1). */
  next({
    ticks,
    durationTicks,
  }: {
    ticks: number;
    durationTicks: number;
  }): { timestamp: number; isFirst: boolean } | null {
    const before = this.#endTicks;
    // Encoders that follow each other may be some samples apart.
    if (before !== null && ticks < before - durationTicks / 2) return null;
    this.#endTicks = ticks + durationTicks;
    return { timestamp: timestampOf(ticks + this.base), isFirst: before === null || ticks > before + durationTicks };
  }

  timestampAt(ticks: number): number {
    return timestampOf(Math.round(ticks) + this.base);
  }
}
