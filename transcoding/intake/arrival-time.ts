// The time of arrival as session time: by the wall clock, without a step.

import type { Moment } from "./track.ts";

/** A gap between two tags counts as this much flow: what stalled catches up before its lateness is believed. */
const GAP_MAX_MS = 1_000;
/** The wall clock is followed by 1 ms a second. */
const WALL_RATE = 0.001;

export class ArrivalTime {
  #now: Moment;
  /** Session time = time of arrival + this. */
  #fromMs: number;
  /** What is wrong with it. */
  #offMs = 0;

  /** `baseMs`: wall time of session time 0. `wallMs`: wall time at `arrivalMs`. */
  constructor(private readonly options: { baseMs: number; wallMs: number; arrivalMs: number }) {
    const { baseMs, wallMs, arrivalMs } = options;
    this.#fromMs = wallMs - baseMs - arrivalMs;
    this.#now = { worldMs: arrivalMs + this.#fromMs, flowMs: 0 };
  }

  get now(): Moment {
    return this.#now;
  }

  /** A tag came. */
  came(arrivalMs: number): Moment {
    const { worldMs, flowMs } = this.#now;
    const arrivedMs = arrivalMs + this.#fromMs;
    const passedMs = Math.min(GAP_MAX_MS, Math.max(0, arrivedMs - worldMs));
    const followMs = Math.max(-passedMs * WALL_RATE, Math.min(passedMs * WALL_RATE, this.#offMs));
    this.#fromMs += followMs;
    this.#offMs -= followMs;
    this.#now = { worldMs: Math.max(worldMs, arrivedMs + followMs), flowMs: flowMs + passedMs };
    return this.#now;
  }

  wallIs(wallMs: number, arrivalMs: number) {
    this.#offMs = wallMs - this.options.baseMs - (arrivalMs + this.#fromMs);
  }
}
