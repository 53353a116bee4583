// Keeps a live picture close to the edge: decides the playback rate, and rarely a seek, from the buffer that this viewer's network needs.

import { type Arrival, Arrivals, lagSeconds } from "./arrivals.ts";
import type { BufferMargin } from "./buffer-margin.ts";

export const RATE_MIN = 0.95;
/** Rates are multiples of this. */
const RATE_STEP = 0.01;
/** The rate rises by at most this per decision; it may fall at once. */
const RISE_MAX = 0.02;
/** Change of the rate for each second of distance from the goal. */
const GAIN_PER_SECOND = 0.2;
/** A correction that has begun ends this close to the goal. */
const DONE_SECONDS = 0.01;
/** A lost packet takes about this many round trips. Of each, the first 20 ms are the server's. */
const ROUND_TRIPS = 4;
const SERVER_SECONDS = 0.02;
const EXPECTED_JITTER_SECONDS_MAX = 0.4;
const FAR_FOR_MS = 1_000;
const SEEK_PAUSE_MS = 10_000;
/** Decisions farther apart than this come from throttled timers: the page is hidden or busy. */
const THROTTLED_MS = 1_000;

/** Jitter to reckon with before any was seen. */
export const expectedJitterSeconds = (roundTripSeconds: number) =>
  Math.min(EXPECTED_JITTER_SECONDS_MAX, ROUND_TRIPS * Math.max(0, roundTripSeconds - SERVER_SECONDS));

/** What differs between the ways in which media come. */
export interface RateBounds {
  rateMax: number;
  /** Within this distance from the goal the rate stays 1, so that it does not change all the time. */
  calmSeconds: number;
  /** With less buffered, the picture slows down whatever the plan says. */
  nearlyEmptySeconds: number;
  /** Farther behind live than this (and than twice the goal), playing faster would take too long: seek. */
  farSeconds: number;
}

/** Of parts that are listed by playlists. */
export const LISTED_BOUNDS: RateBounds = { rateMax: 1.1, calmSeconds: 0.05, nearlyEmptySeconds: 0.08, farSeconds: 6 };

export interface PlaybackState {
  /** A steady clock. */
  atMs: number;
  playheadSeconds: number;
  bufferedAheadSeconds: number;
  /** Distance from the newest media; null while unknown. */
  behindEdgeSeconds: number | null;
  /** PART-TARGET; of a playlist without parts, its TARGETDURATION. */
  partSeconds: number;
  /** False: paused, went back on purpose, hidden, seeking, or not live. Then the rate is 1 and nothing is learned. */
  follows: boolean;
}

export interface Decision {
  /** From RATE_MIN to the bounds' maximum, in steps of 0.01. */
  rate: number;
  /** The viewer is far behind: seek to the live position. At most once in 10 s. */
  seeksToLive: boolean;
}

/** `margin` is shared by all sources of the page that have these bounds. */
export class RateController {
  private readonly arrivals = new Arrivals();
  private rate = 1;
  private decidedMs: number | null = null;
  private farSinceMs: number | null = null;
  private soughtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly margin: BufferMargin,
    private readonly bounds = LISTED_BOUNDS,
  ) {}

  /** Call for each part that was loaded because it was new. */
  arrived(arrival: Arrival) {
    this.arrivals.add(arrival);
  }

  /** A first answer took this long: far from the server, more jitter than was seen is reckoned with for a minute. */
  expectRoundTrip(seconds: number) {
    this.arrivals.expect(expectedJitterSeconds(seconds));
  }

  /** The buffer ran empty while the picture was playing. */
  stalled(atMs: number) {
    this.margin.stalled(atMs);
  }

  /** After a seek, a pause or a new source. */
  restart() {
    this.arrivals.forget();
    this.rate = 1;
    this.farSinceMs = null;
  }

  /** Seconds that should be buffered when a part has just arrived. */
  targetSeconds(partSeconds: number): number {
    return partSeconds + this.margin.seconds(partSeconds) + this.arrivals.jitterSeconds();
  }

  decide(state: PlaybackState): Decision {
    const elapsedMs = this.decidedMs === null ? 0 : state.atMs - this.decidedMs;
    this.decidedMs = state.atMs;
    if (!state.follows) {
      this.rate = 1;
      this.farSinceMs = null;
      return { rate: 1, seeksToLive: false };
    }
    this.margin.passed(Math.min(elapsedMs, THROTTLED_MS));
    this.rate = elapsedMs > THROTTLED_MS ? 1 : this.nextRate(state);
    return { rate: this.rate, seeksToLive: this.isFar(state) };
  }

  private nextRate(state: PlaybackState): number {
    if (state.bufferedAheadSeconds < this.bounds.nearlyEmptySeconds) return RATE_MIN;
    const excess = this.excessSeconds(state);
    const isCorrecting = excess > 0 ? this.rate > 1 : this.rate < 1;
    if (Math.abs(excess) < (isCorrecting ? DONE_SECONDS : this.bounds.calmSeconds)) return 1;
    const wanted = 1 + Math.sign(excess) * RATE_STEP + GAIN_PER_SECOND * excess;
    const bounded = Math.min(this.bounds.rateMax, Math.max(RATE_MIN, wanted), Math.max(1, this.rate + RISE_MAX));
    return Math.round(bounded * 100) / 100;
  }

  /** Seconds of buffer beyond the goal; negative: missing. */
  private excessSeconds({ atMs, playheadSeconds, bufferedAheadSeconds, partSeconds }: PlaybackState): number {
    const margin = this.margin.seconds(partSeconds);
    const needed = this.arrivals.neededLag();
    if (needed === null) return bufferedAheadSeconds - partSeconds - margin;
    const planned = lagSeconds(atMs, playheadSeconds) - needed - margin;
    // A part that is on its way for longer than planned shows first in the buffer.
    return Math.min(planned, bufferedAheadSeconds - margin);
  }

  private isFar({ atMs, behindEdgeSeconds, partSeconds }: PlaybackState): boolean {
    const isFar =
      behindEdgeSeconds !== null &&
      behindEdgeSeconds > Math.max(this.bounds.farSeconds, this.targetSeconds(partSeconds) * 2);
    this.farSinceMs = isFar ? (this.farSinceMs ?? atMs) : null;
    if (this.farSinceMs === null || atMs - this.farSinceMs < FAR_FOR_MS) return false;
    if (atMs - this.soughtMs < SEEK_PAUSE_MS) return false;
    this.soughtMs = atMs;
    return true;
  }
}
